/**
 * The motion model on its one thread: first frame and time in, latents out, as plain Java. {@link
 * org.styleinv.motion.engine.Animator} makes batches of what all streams want next. Start there; the model is {@link
 * org.styleinv.motion.engine.NetworkMotion}.
 */
@NullMarked
package org.styleinv.motion.engine;

import org.jspecify.annotations.NullMarked;
