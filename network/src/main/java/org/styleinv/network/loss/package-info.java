/**
 * What the stages are trained by, as functions of what the networks gave: {@code Losses}, and the discriminators' own
 * {@code CriticObjective}. Nothing here has state.
 */
@NullMarked
package org.styleinv.network.loss;

import org.jspecify.annotations.NullMarked;
