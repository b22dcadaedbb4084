/**
 * From a request to a first frame inside the engine: a request is checked field by field, the other services are asked
 * for w0 and x0, and the engine takes them in. Start at {@link org.styleinv.motion.request.FirstFrames}.
 */
@NullMarked
package org.styleinv.motion.request;

import org.jspecify.annotations.NullMarked;
