/** Pictures of bytes: resizing and rounding as the published data preparation and metrics do them. */
package org.styleinv.network.image;
