/**
 * What a file is to this project: refused with one sentence where it cannot be used, replaced as a whole, its digest taken,
 * its tensors read ({@code SafeTensors}). No tensor library here. Start with {@code RegularFile}.
 */
@NullMarked
package org.styleinv.network.file;

import org.jspecify.annotations.NullMarked;
