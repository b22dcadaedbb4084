/**
 * Moving pictures whose format is one of pictures: animated WebP and PNG. OpenCV reads their frames, and their
 * containers tell the times. Start with {@link org.styleinv.trainer.data.animation.Animation}.
 */
@NullMarked
package org.styleinv.trainer.data.animation;

import org.jspecify.annotations.NullMarked;
