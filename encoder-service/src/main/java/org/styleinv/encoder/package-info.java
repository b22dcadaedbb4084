/**
 * The service that inverts pictures. {@link org.styleinv.encoder.EncoderService} is its gRPC door, {@link
 * org.styleinv.encoder.Photo} what a stranger's bytes must become before a network sees them, {@link
 * org.styleinv.encoder.Encoder} the model.
 */
@NullMarked
package org.styleinv.encoder;

import org.jspecify.annotations.NullMarked;
