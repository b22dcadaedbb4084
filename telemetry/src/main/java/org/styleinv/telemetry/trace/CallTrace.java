package org.styleinv.telemetry.trace;

import org.styleinv.proto.wire.TraceParent;

/**
 * The trace that a call belongs to.
 *
 * @param parent whom its parts are below, here and on other machines
 * @param spans  of this service, {@link Spans#NONE} where they are not kept
 */
public record CallTrace(TraceParent parent, Spans spans) {}
