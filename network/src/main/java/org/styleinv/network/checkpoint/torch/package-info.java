/**
 * Reads what PyTorch and Python's pickle wrote, as data: nothing in a file is executed. Start with {@code TorchFile};
 * {@code Unpickler} is the machine, {@code Globals} the list of what it may meet, {@code PyModule} gives the tensors.
 */
@NullMarked
package org.styleinv.network.checkpoint.torch;

import org.jspecify.annotations.NullMarked;
