/**
 * One class for each kind of fixture: it builds the network in the fixture's sizes and hands what comes out to the checks.
 * Start with {@code Comparer}, then {@code GeneratorComparer}.
 */
package org.styleinv.network.parity.compare;
