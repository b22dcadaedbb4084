package org.styleinv.mesh.fault.blow;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.styleinv.mesh.fault.watch.Checker.Rule;
import org.styleinv.mesh.fault.watch.Checker.Violation;
import org.styleinv.mesh.fault.watch.RecordWatch;
import org.styleinv.mesh.local.OwnKeys;

/**
 * All that guards a mesh exchanged under viewers, in the steps of docs/operating.md: the key of the seal, the certificate, the
 * token that services show each other. No record may be refused, and in the end all are sealed by the new key.
 */
public final class Rotation {
    private static final Duration READ_AGAIN = Duration.ofSeconds(2); // files are looked at once a second
    private static final String OLD = "one";
    private static final String NEW = "two";

    private static final int SLOWNESS = 4;

    private final OwnKeys keys;
    private final Duration patience;

    private Rotation(OwnKeys keys, Duration patience) {
        this.keys = keys;
        this.patience = patience;
    }

    /**
     * There and back would show no more: a mesh is rotated once.
     *
     * @param keys     that the mesh was started with
     * @param patience with a viewer that sees nothing
     */
    public static Fault fault(OwnKeys keys, Duration patience) {
        return new Fault("keys, certificate and token exchanged", SLOWNESS, new Rotation(keys, patience)::strike);
    }

    private void strike(Fault.Stage stage) throws Exception {
        try (var records = new RecordWatch(stage.fleet().door().kafkaClient())) {
            long refused = records.refused();
            records.begin();
            keys.addSeal(NEW);
            String token = keys.addToken("mesh-2");
            keys.renewCertificate();
            settle(stage);
            demand(stage, records, OLD);
            keys.sealByNewest();
            keys.showToken(token);
            settle(stage);
            records.begin();
            stage.seeMore(patience);
            demand(stage, records, NEW);
            keys.dropOldSeals();
            keys.dropOldTokens();
            settle(stage);
            restart(stage, "decoder-2");
            restart(stage, "motion-2"); // each finds its peers by what is new alone
            stage.demandNoneRefused(records, refused);
        }
    }

    private void settle(Fault.Stage stage) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(READ_AGAIN.toNanos());
        stage.seeMore(patience);
    }

    private void restart(Fault.Stage stage, String name) throws Exception {
        stage.fleet().stop(name);
        stage.fleet().start(name);
        stage.fleet().awaitReady(name);
        stage.seeMore(patience);
    }

    private static void demand(Fault.Stage stage, RecordWatch records, String key) {
        Set<String> seals = records.said().keys();
        if (!seals.equals(Set.of(key))) {
            stage.broken()
                    .add(new Violation(
                            Rule.SEAL,
                            "topics",
                            "records were sealed by " + seals + " and not by " + key
                                    + " alone; if by none, streams had ended: take more --frames"));
        }
    }
}
