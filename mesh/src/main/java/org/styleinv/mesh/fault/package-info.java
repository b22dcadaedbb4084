/**
 * The proof of the promise: breaks a mesh of processes while viewers watch, records what every viewer and the topic saw,
 * and holds it against an undisturbed run. Start reading at {@link org.styleinv.mesh.fault.FaultSuite}; what must hold is
 * in {@link org.styleinv.mesh.fault.watch.Checker}.
 */
@NullMarked
package org.styleinv.mesh.fault;

import org.jspecify.annotations.NullMarked;
