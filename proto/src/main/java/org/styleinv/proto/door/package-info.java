/**
 * What every gRPC server of the mesh does at its door, whichever service is behind it: what a status may say, bytes that are
 * no request, health by service, connections that ask nothing. Start at {@link org.styleinv.proto.door.GrpcDoor}.
 */
package org.styleinv.proto.door;
