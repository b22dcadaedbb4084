/**
 * Latents in and frames out, at least once: an offset is committed when the broker has all frames before it. Start at {@link
 * org.styleinv.decoder.kafka.LatentReader}; what leaves is {@link org.styleinv.decoder.kafka.FrameWriter}'s.
 */
@NullMarked
package org.styleinv.decoder.kafka;

import org.jspecify.annotations.NullMarked;
