/** The networks at the size in which they are published, with made-up weights. Start with {@code FullSizeComparer}. */
package org.styleinv.network.parity.fullsize;
