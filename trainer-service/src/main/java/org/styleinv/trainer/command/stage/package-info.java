/**
 * One command a stage: it takes a preset, what earlier runs have made and the options given, builds the stage and runs
 * it. {@code TrainOptions} has what all stages are told, {@code StageRun} how a run is started. Start with both of these,
 * then {@code GeneratorCommand}.
 */
@NullMarked
package org.styleinv.trainer.command.stage;

import org.jspecify.annotations.NullMarked;
