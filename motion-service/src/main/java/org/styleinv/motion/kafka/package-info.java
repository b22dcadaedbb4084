/**
 * Latents out and frames in. {@link org.styleinv.motion.kafka.LatentPublisher} never makes a stream wait for the
 * broker, {@link org.styleinv.motion.kafka.FrameReader} reads only frames that somebody waits for. Start at either.
 */
@NullMarked
package org.styleinv.motion.kafka;

import org.jspecify.annotations.NullMarked;
