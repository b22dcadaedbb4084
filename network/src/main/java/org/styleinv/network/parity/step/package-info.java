/** A step of training against its reference: losses, their derivatives and the optimisers. Start with {@code LossComparer}. */
@NullMarked
package org.styleinv.network.parity.step;

import org.jspecify.annotations.NullMarked;
