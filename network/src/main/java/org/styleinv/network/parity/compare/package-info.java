/**
 * One class for each kind of fixture: it builds the network in the fixture's sizes and hands what comes out to the checks.
 * Start with {@code Comparer}, then {@code GeneratorComparer}.
 */
@NullMarked
package org.styleinv.network.parity.compare;

import org.jspecify.annotations.NullMarked;
