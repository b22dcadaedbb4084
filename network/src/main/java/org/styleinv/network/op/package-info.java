/**
 * Operations that libtorch has no name for, as TorchScript lines and small layers: modulated convolution, resampling with
 * filters, minibatch deviation. Start with {@code ModulatedConv}.
 */
@NullMarked
package org.styleinv.network.op;

import org.jspecify.annotations.NullMarked;
