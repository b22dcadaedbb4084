/** Adaptive augmentation of what discriminators see: {@code AugmentPipe} draws, {@code Warp} resamples. Start with it. */
package org.styleinv.network.augment;
