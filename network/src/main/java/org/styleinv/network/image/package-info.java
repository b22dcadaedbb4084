/** Pictures of bytes: resizing and rounding as the published data preparation and metrics do them. */
@NullMarked
package org.styleinv.network.image;

import org.jspecify.annotations.NullMarked;
