/** Picture to latent: {@code InversionEncoder}, and the backbone that it shares with the motion. Start with it. */
@NullMarked
package org.styleinv.network.inversion;

import org.jspecify.annotations.NullMarked;
