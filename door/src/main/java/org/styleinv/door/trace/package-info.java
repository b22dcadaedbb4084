/**
 * The trace of each call: who comes in by gRPC brings it or gets one, and who is called from here is told. Start reading at
 * {@link org.styleinv.door.trace.TraceDoor}.
 */
@NullMarked
package org.styleinv.door.trace;

import org.jspecify.annotations.NullMarked;
