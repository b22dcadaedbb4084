/**
 * Broker and services in this JVM. Start at {@link org.styleinv.mesh.local.Mesh}; what a mesh of processes needs is in {@code
 * process}.
 */
@NullMarked
package org.styleinv.mesh.local;

import org.jspecify.annotations.NullMarked;
