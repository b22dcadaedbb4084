package org.styleinv.gate;

import io.smallrye.config.ConfigMapping;
import java.nio.file.Path;
import java.util.Optional;

/** Settings of who may do what, the same in every service. */
@ConfigMapping(prefix = "styleinv.access")
public interface AccessConfig {
    /** File of those who may come in, a line for each, as `styleinv token` prints it; without it whoever reaches a port may. Read again when it changes. */
    Optional<Path> tokens();

    /** File with the token that this service shows to the others. Read again when it changes. */
    Optional<Path> tokenFile();
}
