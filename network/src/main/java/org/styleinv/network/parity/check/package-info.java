/**
 * How numbers are compared: tolerances, statistics of what is too large to store, and derivatives whose kinks explain a
 * difference. Start with {@code Checks}, then {@code Derivatives}.
 */
@NullMarked
package org.styleinv.network.parity.check;

import org.jspecify.annotations.NullMarked;
