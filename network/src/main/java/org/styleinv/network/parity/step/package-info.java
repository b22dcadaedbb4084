/** A step of training against its reference: losses, their derivatives and the optimisers. Start with {@code LossComparer}. */
package org.styleinv.network.parity.step;
