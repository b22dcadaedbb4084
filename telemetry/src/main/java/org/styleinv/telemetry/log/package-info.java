/**
 * The log as lines of JSON, for machines that collect it. Start reading at {@link org.styleinv.telemetry.log.LineFields}, which
 * makes fields of a line's {@code key=value} pairs; the rest is Quarkus's own extension, switched on by
 * {@link org.styleinv.telemetry.log.LogConfig}.
 */
@NullMarked
package org.styleinv.telemetry.log;

import org.jspecify.annotations.NullMarked;
