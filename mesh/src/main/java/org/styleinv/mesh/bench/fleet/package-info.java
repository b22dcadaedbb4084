/**
 * Meshes of processes, measured by the processors' time that they take: with and without something, and by numbers of replicas. Start reading at
 * {@link org.styleinv.mesh.bench.fleet.BenchedMesh}, which is what takes turns.
 */
@NullMarked
package org.styleinv.mesh.bench.fleet;

import org.jspecify.annotations.NullMarked;
