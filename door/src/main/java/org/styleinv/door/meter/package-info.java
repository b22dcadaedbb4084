/**
 * What services count and time: each with a sentence for whoever reads it, times in seconds with buckets that are the same
 * everywhere. Start reading at {@link org.styleinv.door.meter.Meters}.
 */
@NullMarked
package org.styleinv.door.meter;

import org.jspecify.annotations.NullMarked;
