package org.styleinv.door.kafka;

import io.smallrye.config.ConfigMapping;
import java.nio.file.Path;
import java.util.Optional;
import org.styleinv.proto.identity.RecordSeal;

/** Settings of the seal of records between services, the same in every service of a mesh. */
@ConfigMapping(prefix = "styleinv.seal")
public interface SealConfig {
    /** File with a line `NAME BASE64` for each key of the mesh: the first seals latents, frames and broadcasts, each opens them, and what is not sealed is a dead letter. Without it whoever reaches Kafka may forge frames. Read again when it changes. */
    Optional<Path> keys();

    /** @throws IllegalArgumentException in one sentence, if the file has no keys */
    default RecordSeal seal() {
        return keys().map(RecordSeal::of).orElse(RecordSeal.NONE);
    }
}
