/**
 * Directions in W along which the pictures of a generator change. {@link org.styleinv.network.direction.DirectionFinder} finds
 * them; what a model keeps of them is in {@link org.styleinv.network.checkpoint.Directions}.
 */
@NullMarked
package org.styleinv.network.direction;

import org.jspecify.annotations.NullMarked;
