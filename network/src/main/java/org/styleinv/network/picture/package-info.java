/**
 * Pictures of any kind that people have, as every viewer shows them. {@link org.styleinv.network.picture.PictureReader} is
 * the way in, for services and for training alike.
 */
@NullMarked
package org.styleinv.network.picture;

import org.jspecify.annotations.NullMarked;
