package org.styleinv.encoder;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Settings of encoder-service. */
@ConfigMapping(prefix = "styleinv.encoder")
public interface EncoderConfig {
    /** Model folder; {@code styleinv.model} if not set. */
    Optional<Path> model();

    /** Largest picture accepted, millions of pixels, 1 to 1,000. It is decoded at three to four bytes a pixel. */
    @WithDefault("64")
    int maxMegapixels();

    /** Pictures decoded at a time, 1 to 64. */
    @WithDefault("2")
    int workers();

    /** Pictures that may wait, 0 to 1,024; more are refused with RESOURCE_EXHAUSTED. */
    @WithDefault("16")
    int queue();

    /** Longest wait for decoder-service, from 100 ms; without it there is no reconstruction. */
    @WithDefault("PT10S")
    Duration peerTimeout();

    /** Time between two looks at the model folder for a new model, from 100 ms; 0 = never. */
    @WithDefault("PT1S")
    Duration reloadEvery();

    /** After this time at one picture the engine turns readiness red, from 1 second. */
    @WithDefault("PT8S")
    Duration stuckAfter();

    /** Throws if a value is outside its range. */
    default void check() {
        range("max-megapixels", maxMegapixels(), 1, 1000);
        range("workers", workers(), 1, 64);
        range("queue", queue(), 0, 1024);
        range("peer-timeout in ms", peerTimeout().toMillis(), 100, Long.MAX_VALUE);
        if (!reloadEvery().isZero()) {
            range("reload-every in ms", reloadEvery().toMillis(), 100, Long.MAX_VALUE);
        }
        range("stuck-after in ms", stuckAfter().toMillis(), 1000, Long.MAX_VALUE);
    }

    private static void range(String key, long got, long least, long most) {
        if (got < least || got > most) {
            throw new IllegalArgumentException("styleinv.encoder." + key + " must be at least " + least
                    + (most == Long.MAX_VALUE ? "" : " and at most " + most) + ", got " + got);
        }
    }
}
