/**
 * What a video file shows, by ffmpeg's own means: {@link org.styleinv.trainer.data.video.FrameDecoder} decodes it and tells
 * whole files from damaged ones, {@link org.styleinv.trainer.data.video.FrameFilter} makes of each frame what viewers show.
 */
package org.styleinv.trainer.data.video;
