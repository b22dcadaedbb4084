/**
 * First frame and time to latent, {@code w_t = w0 + E(x0, s_t)}. Start with {@code StyleInV}; {@code TemporalStyle} makes
 * the style of a time, in whole trajectories for training and from {@code MotionSegment}s, exact for ever, for serving.
 */
@NullMarked
package org.styleinv.network.motion;

import org.jspecify.annotations.NullMarked;
