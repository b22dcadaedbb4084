/**
 * The service that turns latents into pixels. {@link org.styleinv.decoder.LatentReader} is its Kafka door, {@link
 * org.styleinv.decoder.DecoderService} its gRPC door, {@link org.styleinv.decoder.Painter} the one thread that owns the
 * engine between them. Start reading with {@link org.styleinv.decoder.DecoderProcess}, which puts them together.
 */
package org.styleinv.decoder;
