/**
 * Video files in, by ffmpeg's own means: decoding tells whole files from damaged ones, and gives each frame as viewers show
 * it. Start with {@link org.styleinv.trainer.data.video.VideoReader}; writing is in {@link org.styleinv.video.VideoWriter}.
 */
@NullMarked
package org.styleinv.trainer.data.video;

import org.jspecify.annotations.NullMarked;
