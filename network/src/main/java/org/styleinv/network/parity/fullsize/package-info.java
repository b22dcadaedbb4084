/** The networks at the size in which they are published, with made-up weights. Start with {@code FullSizeComparer}. */
@NullMarked
package org.styleinv.network.parity.fullsize;

import org.jspecify.annotations.NullMarked;
