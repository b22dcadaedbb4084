/**
 * Published measures by detectors that the user has. What a detector saw of real and of generated pictures stays on
 * disk, by the digests of all that it depends on. Start with {@link
 * org.styleinv.trainer.evaluate.detector.PublishedMeasures}.
 */
@NullMarked
package org.styleinv.trainer.evaluate.detector;

import org.jspecify.annotations.NullMarked;
