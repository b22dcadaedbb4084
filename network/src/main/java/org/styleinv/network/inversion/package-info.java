/** Picture to latent: {@code InversionEncoder}, and the backbone that it shares with the motion. Start with it. */
package org.styleinv.network.inversion;
