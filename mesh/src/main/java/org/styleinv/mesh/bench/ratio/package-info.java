/**
 * The gate of speed: key ratios against baselines of the same process, as they were and as they are. Start at {@link
 * org.styleinv.mesh.bench.ratio.RatioGate}.
 */
@NullMarked
package org.styleinv.mesh.bench.ratio;

import org.jspecify.annotations.NullMarked;
