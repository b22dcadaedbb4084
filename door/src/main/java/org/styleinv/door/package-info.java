/**
 * What every gRPC server of the mesh does at its port, whichever service is behind it: what a status may say, bytes that are
 * no request, health by service, connections that ask nothing. Start reading at {@link org.styleinv.door.GrpcDoor}.
 */
@NullMarked
package org.styleinv.door;

import org.jspecify.annotations.NullMarked;
