/**
 * The command {@code styleinv}, and a whole mesh in one JVM: the broker, and the beans of encoder-, decoder- and
 * motion-service as they are. Start reading at {@link org.styleinv.mesh.Main} and {@link org.styleinv.mesh.local.Mesh}.
 */
@NullMarked
package org.styleinv.mesh;

import org.jspecify.annotations.NullMarked;
