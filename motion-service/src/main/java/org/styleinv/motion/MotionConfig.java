package org.styleinv.motion;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.styleinv.proto.wire.WireHeaders;

/** Settings of motion-service. */
@ConfigMapping(prefix = "styleinv.motion")
public interface MotionConfig {
    /** Model folder; {@code styleinv.model} if not set. */
    Optional<Path> model();

    /** Frames made beyond what a client accepted, 1 to 1,024. */
    @WithDefault("32")
    int window();

    /** Timestamps that a stream asks for together, once so many fit into its window, 1 to 64; a batch with room takes several times as many. */
    @WithDefault("4")
    int chunk();

    /** Most timestamps evaluated together, 1 to 256. */
    @WithDefault("16")
    int maxBatch();

    /** Most streams at a time, from 1; more are refused with RESOURCE_EXHAUSTED. */
    @WithDefault("64")
    int maxStreams();

    /** A latent whose frame has not come after this time is sent again, from 100 ms; doubled twice. */
    @WithDefault("PT2S")
    Duration resendAfter();

    /** A stream that waits this long for one frame ends with UNAVAILABLE, from 1 s. */
    @WithDefault("PT60S")
    Duration stallAfter();

    /** A client that says nothing for so long, and does not answer, has no more made for it until it does; 0.3 to 60 s, 0 = never. */
    @WithDefault("PT0.6S")
    Duration silentAfter();

    /** How long a decoder may still paint a latent after it was last sent, from 1 s. */
    @WithDefault("PT10S")
    Duration latentLife();

    /** Longest wait for encoder-service or decoder-service when a stream starts, from 100 ms. */
    @WithDefault("PT30S")
    Duration peerTimeout();

    /**
     * How long a stream that starts waits for a decoder or an encoder where there is none, from 0 s: a moment for one that restarts; as long as
     * one needs to come where there may be none at all, as with KEDA.
     */
    @WithDefault("PT1.5S")
    Duration peerWait();

    /** Time between two looks at the model folder for a new model, from 100 ms; 0 = never. */
    @WithDefault("PT1S")
    Duration reloadEvery();

    /** After this time without life a loop turns readiness red, from 1 s. */
    @WithDefault("PT8S")
    Duration stuckAfter();

    /** After this time without being able to make latents, whatever is asked, liveness turns red, from 1 s. */
    @WithDefault("PT60S")
    Duration restartAfter();

    /** Most broadcasts of the mesh, from 1; more are refused with RESOURCE_EXHAUSTED. */
    @WithDefault("64")
    int maxBroadcasts();

    /** How long before its time a broadcast's frame is made, 0 to 5 s. */
    @WithDefault("PT0.2S")
    Duration broadcastLead();

    /**
     * After this time without a heartbeat a replica counts as dead, and others own its partitions, 0.5 to 60 s. The broker must
     * allow it ({@code group.min.session.timeout.ms}); if it does not, 6 s are used.
     */
    @WithDefault("PT1S")
    Duration session();

    /**
     * Version of the records that are written, 1 or 2; both are read, and a decoder answers a latent in its own. 2 once every
     * motion, decoder and other reader of Kafka has a release that reads it: then the seal covers the version, too.
     */
    @WithDefault("1")
    int recordVersion();

    /** Throws if a value is outside its range. */
    default void check() {
        range("window", window(), 1, 1024);
        range("chunk", chunk(), 1, 64);
        range("max-batch", maxBatch(), 1, 256);
        range("max-streams", maxStreams(), 1, Integer.MAX_VALUE);
        range("resend-after in ms", resendAfter().toMillis(), 100, Long.MAX_VALUE);
        range("stall-after in ms", stallAfter().toMillis(), 1000, Long.MAX_VALUE);
        if (!silentAfter().isZero()) {
            range("silent-after in ms", silentAfter().toMillis(), 300, 60_000);
        }
        range("latent-life in ms", latentLife().toMillis(), 1000, Long.MAX_VALUE);
        range("peer-timeout in ms", peerTimeout().toMillis(), 100, Long.MAX_VALUE);
        range("peer-wait in ms", peerWait().toMillis(), 0, Long.MAX_VALUE);
        if (!reloadEvery().isZero()) {
            range("reload-every in ms", reloadEvery().toMillis(), 100, Long.MAX_VALUE);
        }
        range("max-broadcasts", maxBroadcasts(), 1, Integer.MAX_VALUE);
        range("broadcast-lead in ms", broadcastLead().toMillis(), 0, 5000);
        range("session in ms", session().toMillis(), 500, 60_000);
        range("record-version", recordVersion(), WireHeaders.FIRST_VERSION, WireHeaders.NEWEST_VERSION);
        range("restart-after in ms", restartAfter().toMillis(), 1000, Long.MAX_VALUE);
        range("stuck-after in ms", stuckAfter().toMillis(), 1000, Long.MAX_VALUE);
    }

    private static void range(String key, long got, long least, long most) {
        if (got < least || got > most) {
            throw new IllegalArgumentException("styleinv.motion." + key + " must be at least " + least
                    + (most == Long.MAX_VALUE ? "" : " and at most " + most) + ", got " + got);
        }
    }
}
