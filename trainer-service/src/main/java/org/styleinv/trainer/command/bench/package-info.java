/**
 * What {@code bench train} measures: a training step, and the same step written plainly in DJL. Both start from the
 * same weights and draw the same pictures, so that their times and their losses can be compared. Start with {@link
 * org.styleinv.trainer.command.bench.TrainBench}.
 */
@NullMarked
package org.styleinv.trainer.command.bench;

import org.jspecify.annotations.NullMarked;
