/**
 * Video files in and out by ffmpeg's own means: decoding tells whole files from damaged ones, and gives each frame as
 * viewers show it. Writing takes RGB bytes. Start with {@link org.styleinv.trainer.data.video.VideoReader} and {@link
 * org.styleinv.trainer.data.video.VideoWriter}.
 */
package org.styleinv.trainer.data.video;
