/**
 * Traces: what happens to a stream on its way through the mesh, as spans of OpenTelemetry (ADR 0018). Start reading at
 * {@link org.styleinv.telemetry.trace.Traces}, which decides what is kept, and {@link org.styleinv.telemetry.trace.Spans}, which is
 * what everybody else holds: nothing, where nothing is kept.
 */
@NullMarked
package org.styleinv.telemetry.trace;

import org.jspecify.annotations.NullMarked;
