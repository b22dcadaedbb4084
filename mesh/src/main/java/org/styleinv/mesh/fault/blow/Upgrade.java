package org.styleinv.mesh.fault.blow;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.styleinv.mesh.fault.watch.Checker.Rule;
import org.styleinv.mesh.fault.watch.Checker.Violation;
import org.styleinv.mesh.fault.watch.RecordWatch;
import org.styleinv.proto.wire.WireHeaders;

/**
 * A rollout under viewers: one process after the other is replaced, those who read before those who write, and each viewer sees frames
 * before the next one goes. No record may be refused, and in the end all are of the version that is to be written.
 */
public final class Upgrade {
    private static final int SLOWNESS = 2;
    private static final String VERSION = "styleinv.motion.record-version";
    private static final List<String> READERS_FIRST = List.of("decoder", "motion");

    private final Path home;
    private final List<String> services;
    private final int version;
    private final Duration patience;

    private Upgrade(Path home, List<String> services, int version, Duration patience) {
        this.home = home;
        this.services = services;
        this.version = version;
        this.patience = patience;
    }

    /**
     * Back to the release before, where there is one, and forward again; then to the next version of records, and back. The mesh is then as it was.
     *
     * @param home   the checkout that the mesh was started from
     * @param before the checkout of the release before
     * @param patience with a viewer that sees nothing
     */
    public static List<Fault> faults(Path home, Optional<Path> before, Duration patience) {
        List<Fault> faults = new ArrayList<>();
        List<String> writersFirst = new ArrayList<>(READERS_FIRST);
        Collections.reverse(writersFirst);
        before.ifPresent(old -> faults.add(new Fault(
                "back: motions, decoders of the release before",
                SLOWNESS,
                new Upgrade(old, writersFirst, WireHeaders.FIRST_VERSION, patience)::strike)));
        faults.add(new Fault(
                before.isPresent() ? "upgrade: decoders, motions of this release" : "decoders, motions replaced",
                SLOWNESS,
                new Upgrade(home, READERS_FIRST, WireHeaders.FIRST_VERSION, patience)::strike));
        for (int version : List.of(WireHeaders.NEWEST_VERSION, WireHeaders.FIRST_VERSION)) {
            faults.add(new Fault(
                    "motions write version " + version,
                    SLOWNESS,
                    new Upgrade(home, List.of("motion"), version, patience)::strike));
        }
        return faults;
    }

    private void strike(Fault.Stage stage) throws Exception {
        try (var records = new RecordWatch(stage.fleet().door().kafkaClient())) {
            long refused = records.refused();
            for (String service : services) {
                for (String name : stage.fleet().names()) {
                    if (name.startsWith(service)) {
                        stage.fleet().replace(name, home, settings(service));
                        stage.fleet().awaitReady(name);
                        stage.seeMore(patience);
                    }
                }
            }
            records.begin(); // what was in work when the last one went has been seen
            stage.seeMore(patience);
            Set<Integer> written = records.said().versions();
            if (!written.equals(Set.of(version))) {
                stage.broken()
                        .add(new Violation(
                                Rule.VERSION,
                                "topics",
                                "records of versions " + written + " were written and not of " + version
                                        + " alone; if none were, streams had ended: take more --frames"));
            }
            stage.demandNoneRefused(records, refused);
        }
    }

    /** The release before does not know the setting, and what it does not know it would not mind. */
    private Map<String, String> settings(String service) {
        return service.equals("motion") && version != WireHeaders.FIRST_VERSION
                ? Map.of(VERSION, String.valueOf(version))
                : Map.of();
    }
}
