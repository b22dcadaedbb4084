/**
 * The service that turns latents into frames: it reads them from Kafka, paints them on the one thread that owns the engine,
 * and writes the frames back. The way of a latent is {@code kafka}, {@code work}, {@code engine}, and {@code kafka} again. Start
 * at {@link org.styleinv.decoder.door.DecoderProcess}.
 */
@NullMarked
package org.styleinv.decoder;

import org.jspecify.annotations.NullMarked;
