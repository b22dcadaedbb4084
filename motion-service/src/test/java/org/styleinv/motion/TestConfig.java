package org.styleinv.motion;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.styleinv.proto.wire.WireHeaders;

/** Settings for tests: small and impatient. */
public record TestConfig(int window, int maxStreams, Duration resendAfter, Duration stallAfter, Duration stuckAfter)
        implements MotionConfig {
    public static final TestConfig USUAL = new TestConfig(8, 16, Duration.ofMillis(200), Duration.ofSeconds(20));

    @Override
    public Optional<Path> model() {
        return Optional.empty();
    }

    @Override
    public int chunk() {
        return 4;
    }

    @Override
    public int maxBatch() {
        return 8;
    }

    @Override
    public Duration restartAfter() {
        return Duration.ofSeconds(60);
    }

    @Override
    public Duration silentAfter() {
        return Duration.ofMillis(600);
    }

    @Override
    public Duration latentLife() {
        return Duration.ofSeconds(5);
    }

    @Override
    public Duration peerTimeout() {
        return Duration.ofSeconds(5);
    }

    @Override
    public Duration peerWait() {
        return Duration.ofMillis(1500);
    }

    @Override
    public Duration reloadEvery() {
        return Duration.ZERO;
    }

    public TestConfig(int window, int maxStreams, Duration resendAfter, Duration stallAfter) {
        this(window, maxStreams, resendAfter, stallAfter, Duration.ofSeconds(10));
    }

    @Override
    public int maxBroadcasts() {
        return 4;
    }

    @Override
    public Duration broadcastLead() {
        return Duration.ofMillis(200);
    }

    @Override
    public int recordVersion() {
        return WireHeaders.NEWEST_VERSION;
    }

    @Override
    public Duration session() {
        return Duration.ofSeconds(1);
    }
}
