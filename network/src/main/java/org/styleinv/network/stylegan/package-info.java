/** The StyleGAN2 generator and discriminator. Start with {@code SynthesisNetwork}, then {@code SynthesisLayer}. */
package org.styleinv.network.stylegan;
