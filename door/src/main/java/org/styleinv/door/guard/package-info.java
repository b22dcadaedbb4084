/**
 * Who may come in by gRPC, and as whom services call each other: TLS and tokens of {@code gate} at a gRPC server and in its
 * clients. Start reading at {@link org.styleinv.door.guard.ServerTls}.
 */
@NullMarked
package org.styleinv.door.guard;

import org.jspecify.annotations.NullMarked;
