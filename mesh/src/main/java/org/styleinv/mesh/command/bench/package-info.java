/**
 * The commands {@code bench ...}; what they measure is in {@code bench}. Start at {@link
 * org.styleinv.mesh.command.bench.BenchCommand}.
 */
@NullMarked
package org.styleinv.mesh.command.bench;

import org.jspecify.annotations.NullMarked;
