/**
 * The service that keeps streams: it makes one latent per timestamp, sends it to the decoders and forwards their frames
 * to the client, in order and once. {@link org.styleinv.motion.MotionService} is its gRPC door, {@link
 * org.styleinv.motion.Session} one stream from first latent to last frame, {@link org.styleinv.motion.Animator} the one
 * thread that owns the engine. Why it is so: docs/adr/0003-streams.md.
 */
package org.styleinv.motion;
