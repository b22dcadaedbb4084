/**
 * One command a stage: it takes a preset, what earlier runs have made and the options given, builds the stage and runs
 * it. {@code TrainOptions} has what all stages are told and how a run is started. Start with {@code TrainOptions},
 * then {@code GeneratorCommand}.
 */
package org.styleinv.trainer.command.stage;
