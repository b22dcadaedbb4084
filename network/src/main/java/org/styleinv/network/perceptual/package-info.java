/** How alike two pictures look: {@code Lpips}. */
package org.styleinv.network.perceptual;
