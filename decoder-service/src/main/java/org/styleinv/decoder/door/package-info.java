/**
 * What others call: the gRPC service and the health checks, and {@link org.styleinv.decoder.door.DecoderProcess}, which puts
 * the service together. No other package uses this one. Start at {@link org.styleinv.decoder.door.DecoderService}.
 */
@NullMarked
package org.styleinv.decoder.door;

import org.jspecify.annotations.NullMarked;
