/**
 * A run of a stage in a folder of its own: steps until the end, a line of figures each tick, a snapshot from time to
 * time, and an exact way on after a stop. It knows a stage by its interface alone. Start with {@link
 * org.styleinv.trainer.run.TrainingRun}; what later stages take from a run is in {@link
 * org.styleinv.trainer.run.Runs}.
 */
@NullMarked
package org.styleinv.trainer.run;

import org.jspecify.annotations.NullMarked;
