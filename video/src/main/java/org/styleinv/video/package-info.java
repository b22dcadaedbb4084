/**
 * From pixels to pictures and videos, by ffmpeg: files, streams that are never gone back in, and segments. The same pixels
 * give the same bytes. Start at {@link org.styleinv.video.VideoWriter}.
 */
@NullMarked
package org.styleinv.video;

import org.jspecify.annotations.NullMarked;
