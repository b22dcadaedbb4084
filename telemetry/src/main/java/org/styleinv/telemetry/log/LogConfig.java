package org.styleinv.telemetry.log;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** Settings of the log, the same in every service. */
@ConfigMapping(prefix = "styleinv.log")
public interface LogConfig {
    /** Whether the log is lines of JSON, in which `mdc` holds what a line says as `key=value`: stream, trace, index. Other keys of Quarkus's log stand beside it (`quarkus.log.level`, `quarkus.log.console.json.*`). */
    @WithDefault("false")
    boolean json();
}
