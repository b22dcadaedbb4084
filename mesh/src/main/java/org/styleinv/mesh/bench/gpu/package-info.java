/**
 * All that a first run on a GPU should measure, in one go, rehearsed on the CPU. Start at {@link org.styleinv.mesh.bench.gpu.GpuBench}.
 */
@NullMarked
package org.styleinv.mesh.bench.gpu;

import org.jspecify.annotations.NullMarked;
