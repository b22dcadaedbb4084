/**
 * A mark in the pixels of a frame that nobody sees and that survives JPEG, halving and H.264 (ADR 0017). {@link
 * org.styleinv.network.watermark.Watermark} puts it in, {@link org.styleinv.network.watermark.MarkDetector} looks for it and bounds how
 * often chance alone would look like it.
 */
@NullMarked
package org.styleinv.network.watermark;

import org.jspecify.annotations.NullMarked;
