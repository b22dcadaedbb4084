/**
 * The commands {@code bench ...}; what they measure is in {@code bench}. Start at {@link
 * org.styleinv.mesh.command.bench.BenchCommand}.
 */
package org.styleinv.mesh.command.bench;
