/**
 * Every network against stored reference numbers of the published implementation. Start with {@code Parity}; a
 * {@code Comparer} knows one kind of fixture and takes every size from the fixture's own arrays.
 */
@NullMarked
package org.styleinv.network.parity;

import org.jspecify.annotations.NullMarked;
