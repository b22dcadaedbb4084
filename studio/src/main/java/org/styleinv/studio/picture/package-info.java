/** Pictures and videos from pixels, by ffmpeg. Start at {@link org.styleinv.studio.picture.WebP}. */
package org.styleinv.studio.picture;
