package org.styleinv.mesh.fault;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.styleinv.mesh.broker.Ports;
import org.styleinv.mesh.fault.Checker.Violation;
import org.styleinv.mesh.process.Fleet;
import org.styleinv.proto.GenerateRequest;

/** One run of the suite from a clean start: a fresh mesh on free ports, fault after fault, and a table. */
public final class FaultRun {
    private static final int REPLICAS = 2;

    /** Who watches a live channel waits no longer for its next owner. */
    private static final Duration GAP = Duration.ofSeconds(2);

    /** The same where other things are being built and tested, and pixels are what is looked at. */
    private static final Duration GAP_ON_A_BUSY_MACHINE = Duration.ofSeconds(60);

    private static final List<String> PROCESSES =
            List.of("decoder", "motion", "broker", "encoder", "decoder-2", "motion-2");

    private FaultRun() {}

    /**
     * What a run is given.
     *
     * @param home   the checkout, with every application built
     * @param data   an empty folder for the broker
     * @param log    where each process's log goes
     * @param kills  rounds of kill -9, each process in turn; with {@code brief} these and copied records are all
     * @param videos three requests
     */
    public record Settings(
            Path home,
            Path model,
            Path data,
            Path log,
            int kills,
            boolean brief,
            double fps,
            int frames,
            List<GenerateRequest> videos) {}

    /**
     * What a run found.
     *
     * @param rows    of the table, see {@link FaultTable}
     * @param skipped faults that this machine does not allow, with the reason
     */
    public record Result(List<Map<String, Object>> rows, List<Violation> violations, List<String> skipped) {}

    /** Runs the suite; {@code news} hears of each round and of each process that died. */
    public static Result run(Settings settings, Consumer<String> news) throws Exception {
        Optional<SmallDisk> disk = settings.brief()
                ? Optional.empty()
                : SmallDisk.mount(settings.data().resolve("disk"));
        List<String> skipped = new ArrayList<>();
        if (!settings.brief() && disk.isEmpty()) {
            skipped.add("full disk: a file system for the broker alone needs Linux and root");
        }
        int row = Ports.freeRow(2 * (1 + 2 * REPLICAS));
        var place = new Fleet.Settings(
                settings.home(),
                settings.model(),
                disk.isPresent() ? settings.data().resolve("disk") : settings.data(),
                settings.log(),
                "localhost",
                row,
                Ports.free(),
                row + 1 + 2 * REPLICAS,
                REPLICAS,
                REPLICAS);
        List<Round> rounds = new ArrayList<>();
        try (var fleet = new Fleet(place);
                var suite = new FaultSuite(
                        fleet, new FaultSuite.Plan(settings.videos(), settings.fps(), settings.frames()), disk, news)) {
            for (Fault fault : schedule(settings, disk.isPresent())) {
                rounds.add(told(suite.round(fault, rounds.size() + 1), rounds.size() + 1, news));
            }
            for (int i = 0; i < (settings.brief() ? 1 : 3); i++) {
                Duration gap = settings.brief() ? GAP_ON_A_BUSY_MACHINE : GAP;
                rounds.add(told(suite.channel(rounds.size() + 1, gap), rounds.size() + 1, news));
            }
        } finally {
            disk.ifPresent(SmallDisk::close);
        }
        List<Violation> violations =
                rounds.stream().flatMap(round -> round.violations().stream()).toList();
        return new Result(FaultTable.rows(rounds), violations, skipped);
    }

    private static Round told(Round round, int number, Consumer<String> news) {
        news.accept(String.format(
                Locale.ROOT,
                "round %d, %s: longest pause %.2f s, newcomer after %.2f s, %d frames, %d violations",
                number,
                round.kind(),
                round.recovery(),
                round.newcomer(),
                round.frames(),
                round.violations().size()));
        round.violations().stream().limit(5).forEach(violation -> news.accept("  " + violation));
        return round;
    }

    private static List<Fault> schedule(Settings settings, boolean disk) {
        List<Fault> faults = new ArrayList<>();
        faults.add(Fault.none());
        for (int i = 0; i < settings.kills(); i++) {
            faults.add(Fault.kill(PROCESSES.get(i % PROCESSES.size())));
        }
        if (settings.brief()) {
            faults.add(Fault.copies(Duration.ofSeconds(2)));
            return faults;
        }
        for (int i = 0; i < 2; i++) {
            faults.add(Fault.restart("broker"));
            faults.add(Fault.rebalance("decoder-2"));
            faults.add(Fault.copies(Duration.ofSeconds(8)));
            faults.add(Fault.loss());
        }
        faults.add(Fault.freeze("decoder"));
        faults.add(Fault.freeze("motion"));
        faults.add(Fault.freeze("broker"));
        if (disk) {
            faults.add(Fault.fullDisk());
            faults.add(Fault.fullDisk());
        }
        return faults;
    }
}
