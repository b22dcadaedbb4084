/**
 * Published measures by detectors that the user has: {@link org.styleinv.trainer.evaluate.detector.Detector} is one of them,
 * {@link org.styleinv.trainer.evaluate.detector.PublishedMeasure} a measure with its protocol. What a detector saw of real
 * and of generated pictures stays on disk, by the digests of all that it depends on.
 */
package org.styleinv.trainer.evaluate.detector;
