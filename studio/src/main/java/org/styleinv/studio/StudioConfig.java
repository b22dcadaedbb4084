package org.styleinv.studio;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Settings of studio. */
@ConfigMapping(prefix = "styleinv.studio")
public interface StudioConfig {
    /** Replicas of motion-service, {@code host:port} with commas between them. */
    String motion();

    /** decoder-service, {@code host:port}. */
    String decoder();

    /** encoder-service, {@code host:port}. */
    String encoder();

    /** Single frames on their way at a time, from 1; more are refused with 429. */
    @WithDefault("32")
    int maxFrames();

    /** Streams that are watched at a time, from 1; more are refused with 429. Each takes a thread. */
    @WithDefault("64")
    int maxViewers();

    /** Segments of HLS on their way at a time, from 1; more are refused with 429. */
    @WithDefault("8")
    int maxSegments();

    /** WebSockets at a time, from 1; more are refused with 429. One without credit takes no thread. */
    @WithDefault("256")
    int maxSockets();

    /** Sites whose pages may open WebSockets, as {@code https://example.org}, beside the studio's own. */
    Optional<List<String>> origins();

    /** Folder whose runs of training are shown at {@code /training}; none (default, but in {@code up}: {@code runs}) = none are. */
    Optional<String> runs();

    /** A viewer that takes nothing for so long is sent away, from 1 s. */
    @WithDefault("PT60S")
    Duration stall();

    /** How long to look for a replica that makes the first frame of an answer, from 0. */
    @WithDefault("PT1S")
    Duration welcome();

    /** How long to look for a replica that goes on with a stream, from 0. */
    @WithDefault("PT60S")
    Duration patience();

    /** How long a service may take for one answer, from 1 s. */
    @WithDefault("PT20S")
    Duration answer();

    /** Largest picture that is taken, in bytes; HTTP's own limit, {@code quarkus.http.limits.max-body-size}, must be larger. */
    @WithDefault("8388608")
    int maxPictureBytes();

    /** How long a request may take to arrive, from 1 s. */
    @WithDefault("PT20S")
    Duration arrival();
}
