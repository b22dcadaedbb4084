/**
 * Streams with a client: each asks for latents up to a window ahead, puts the frames that come back in order and hands
 * them on once. {@link org.styleinv.motion.stream.Streams} has them all, {@link org.styleinv.motion.stream.Opening}
 * brings a request to a session. Start at {@link org.styleinv.motion.stream.Session}.
 */
@NullMarked
package org.styleinv.motion.stream;

import org.jspecify.annotations.NullMarked;
