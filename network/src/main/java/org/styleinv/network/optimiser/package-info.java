/** Steps of gradient descent over a list of parameters: {@code Adam} for StyleGAN2 and motion, {@code Ranger} for encoders. */
@NullMarked
package org.styleinv.network.optimiser;

import org.jspecify.annotations.NullMarked;
