package org.styleinv.decoder;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.styleinv.network.watermark.Payload;

/** Settings of decoder-service. */
@ConfigMapping(prefix = "styleinv.decoder")
public interface DecoderConfig {
    /** Model folder; {@code styleinv.model} if not set. */
    Optional<Path> model();

    /**
     * Variant whose look the frames of the variant {@code base} get, so that a mesh changes its style without its clients
     * or its motion knowing; the model's own look if not set. The picture that motion starts from keeps the model's look.
     */
    Optional<String> style();

    /** Most frames evaluated together, 1 to 256. */
    @WithDefault("16")
    int maxBatch();

    /** Longest wait for a batch to fill, 0 to 1 second. */
    @WithDefault("PT0.002S")
    Duration maxWait();

    /** Latents held in memory, from 64; reading pauses beyond it and goes on at half. */
    @WithDefault("4096")
    int queue();

    /** Threads that compress frames, 1 to 64. */
    @WithDefault("1")
    int encoders();

    /** JPEG quality, 0.05 to 1. */
    @WithDefault("0.92")
    float jpegQuality();

    /**
     * File with the key of an invisible mark of model and owner in every frame, a line of Base64 of 16 bytes or more, read when
     * the service starts: {@code styleinv provenance --mark-key} finds it. Frames are not marked if not set.
     */
    Optional<Path> markKey();

    /** Who is named by the mark, 0 to 63: whom the owner of the mesh means by it. */
    @WithDefault("0")
    int markOwner();

    /** Time between two looks at the model folder for a new model, from 100 ms; 0 = never. */
    @WithDefault("PT1S")
    Duration reloadEvery();

    /** After this time without life a loop turns readiness red, from 1 second. */
    @WithDefault("PT8S")
    Duration stuckAfter();

    /** After this time without being able to paint, whatever is asked, liveness turns red, from 1 second. */
    @WithDefault("PT60S")
    Duration restartAfter();

    /** How soon Kafka gives the partitions of a dead decoder to another, from 3 seconds. */
    @WithDefault("PT6S")
    Duration sessionTimeout();

    /** Throws if a value is outside its range. */
    default void check() {
        range("max-batch", maxBatch(), 1, 256);
        range("max-wait in ms", maxWait().toMillis(), 0, 1000);
        range("queue", queue(), 64, 1 << 20);
        range("encoders", encoders(), 1, 64);
        range("jpeg-quality in percent", Math.round(jpegQuality() * 100), 5, 100);
        range("mark-owner", markOwner(), 0, Payload.OWNERS - 1);
        if (!reloadEvery().isZero()) {
            range("reload-every in ms", reloadEvery().toMillis(), 100, Long.MAX_VALUE);
        }
        range("stuck-after in ms", stuckAfter().toMillis(), 1000, Long.MAX_VALUE);
        range("restart-after in ms", restartAfter().toMillis(), 1000, Long.MAX_VALUE);
        range("session-timeout in ms", sessionTimeout().toMillis(), 3000, Integer.MAX_VALUE);
    }

    private static void range(String key, long got, long least, long most) {
        if (got < least || got > most) {
            throw new IllegalArgumentException("styleinv.decoder." + key + " must be at least " + least
                    + (most == Long.MAX_VALUE ? "" : " and at most " + most) + ", got " + got);
        }
    }
}
