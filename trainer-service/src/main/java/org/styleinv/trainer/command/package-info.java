/**
 * The commands {@code train} and {@code evaluate}: what is typed, and what is said in answer. Each command reads its
 * options, calls the packages below and turns their refusals into one sentence; no mathematics is here. Start with
 * {@code TrainCommand}, which lists them all, then {@code AllCommand}, which follows a recipe.
 */
@NullMarked
package org.styleinv.trainer.command;

import org.jspecify.annotations.NullMarked;
