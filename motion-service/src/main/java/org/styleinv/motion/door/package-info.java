/**
 * What others call: the gRPC service and the health checks, and {@link org.styleinv.motion.door.MotionProcess}, which
 * puts the service together. No tensor comes here, and no other package uses this one. Start at {@link
 * org.styleinv.motion.door.MotionService}.
 */
@NullMarked
package org.styleinv.motion.door;

import org.jspecify.annotations.NullMarked;
