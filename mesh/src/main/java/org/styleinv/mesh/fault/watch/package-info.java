/**
 * Who watches a mesh while it is broken, and what must hold of all that they saw. The rules are in {@link
 * org.styleinv.mesh.fault.watch.Checker}: start there.
 */
@NullMarked
package org.styleinv.mesh.fault.watch;

import org.jspecify.annotations.NullMarked;
