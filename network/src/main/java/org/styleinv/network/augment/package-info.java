/** Adaptive augmentation of what discriminators see: {@code AugmentPipe} draws, {@code Warp} resamples. Start with it. */
@NullMarked
package org.styleinv.network.augment;

import org.jspecify.annotations.NullMarked;
