/** How alike two pictures look: {@code Lpips}. */
@NullMarked
package org.styleinv.network.perceptual;

import org.jspecify.annotations.NullMarked;
