/**
 * Measurements, each beside a baseline of the same run: on a shared machine only their ratio means anything. Start reading
 * at {@link org.styleinv.mesh.bench.Rounds}, which takes turns between what is compared.
 */
@NullMarked
package org.styleinv.mesh.bench;

import org.jspecify.annotations.NullMarked;
