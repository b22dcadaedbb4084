/**
 * Moving pictures whose format is one of pictures: animated WebP and PNG. OpenCV reads their frames, and their
 * containers tell the times. Start with {@link org.styleinv.trainer.data.animation.Animation}.
 */
package org.styleinv.trainer.data.animation;
