/**
 * What a run leaves on disk and goes on from: snapshots, the record of its settings and of its data, and its figures
 * for TensorBoard. Weights that are averaged or taken over from another network are here, too. Start with {@link
 * org.styleinv.trainer.state.Snapshot}, then {@link org.styleinv.trainer.state.RunRecord}.
 */
@NullMarked
package org.styleinv.trainer.state;

import org.jspecify.annotations.NullMarked;
