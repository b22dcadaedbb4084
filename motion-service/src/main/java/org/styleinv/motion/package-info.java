/**
 * The service that keeps streams: it makes one latent per timestamp, sends it to the decoders and forwards their frames
 * to the client, in order and once. The way of a stream is {@code door}, {@code request}, {@code stream}, {@code engine},
 * {@code kafka}; broadcasts go the same way from {@code broadcast}. Start at {@link
 * org.styleinv.motion.door.MotionService}; why it is so: docs/adr/0003-streams.md.
 */
@NullMarked
package org.styleinv.motion;

import org.jspecify.annotations.NullMarked;
