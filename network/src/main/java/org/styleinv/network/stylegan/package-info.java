/** The StyleGAN2 generator and discriminator. Start with {@code SynthesisNetwork}, then {@code SynthesisLayer}. */
@NullMarked
package org.styleinv.network.stylegan;

import org.jspecify.annotations.NullMarked;
