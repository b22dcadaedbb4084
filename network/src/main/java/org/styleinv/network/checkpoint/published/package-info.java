/**
 * Checkpoints as others publish them, pickled by PyTorch: which network a file holds is told by its tensors, and each gets
 * the names it has here. Start with {@code Published}; {@code ModelFiles} does it for whole model folders.
 */
@NullMarked
package org.styleinv.network.checkpoint.published;

import org.jspecify.annotations.NullMarked;
