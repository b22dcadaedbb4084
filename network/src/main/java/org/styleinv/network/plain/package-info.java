/**
 * The networks once more, written plainly in DJL's own eager operations: the baseline that measurements compare with and
 * that tests hold the layers against. They read the same weights under the same names; nothing serves or trains by them.
 * Start reading at {@link org.styleinv.network.plain.Plain}.
 */
@NullMarked
package org.styleinv.network.plain;

import org.jspecify.annotations.NullMarked;
