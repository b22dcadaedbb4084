/** Distances between sets of features, in float64: {@code Features} has the statistics, each other class is a measure. */
@NullMarked
package org.styleinv.network.metric;

import org.jspecify.annotations.NullMarked;
