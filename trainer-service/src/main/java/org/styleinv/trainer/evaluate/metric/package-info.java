/**
 * Distances between sets of numbers and pictures, and a figure with its error. They know no model and no data set.
 * Start with {@link org.styleinv.trainer.evaluate.metric.Statistic}.
 */
@NullMarked
package org.styleinv.trainer.evaluate.metric;

import org.jspecify.annotations.NullMarked;
