/** Moving pictures whose format is one of pictures: animated WebP and PNG, read by OpenCV, timed by their containers. */
package org.styleinv.trainer.data.animation;
