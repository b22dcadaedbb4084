package org.styleinv.mesh.fault;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.styleinv.client.Access;
import org.styleinv.mesh.fault.blow.Fault;
import org.styleinv.mesh.fault.blow.HungEngine;
import org.styleinv.mesh.fault.blow.ModelForms;
import org.styleinv.mesh.fault.blow.ModelSwapping;
import org.styleinv.mesh.fault.blow.Rotation;
import org.styleinv.mesh.fault.blow.SmallDisk;
import org.styleinv.mesh.fault.blow.Upgrade;
import org.styleinv.mesh.fault.watch.Checker.Violation;
import org.styleinv.mesh.local.Guarding;
import org.styleinv.mesh.local.Mesh;
import org.styleinv.mesh.local.MeshPorts;
import org.styleinv.mesh.local.OwnKeys;
import org.styleinv.mesh.process.Debugger;
import org.styleinv.mesh.process.Fleet;
import org.styleinv.mesh.stop.Failure;
import org.styleinv.proto.GenerateRequest;
import org.styleinv.proto.wire.Topics;

/** One run of the suite from a clean start: a fresh mesh on free ports, fault after fault, and a table. */
public final class FaultRun {
    private static final int REPLICAS = 2;
    private static final int MOST_MOTIONS = 3;

    /** No stream pauses longer where replicas of motion come and go. */
    private static final Duration SCALING_PAUSE = Duration.ofSeconds(1);

    /** Who watches a broadcast waits no longer for its next owner. */
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
     * @param data   an empty folder for the broker, and for a model that is swapped
     * @param log    where each process's log goes
     * @param kinds  which faults; {@link FaultKind#BRIEF} is what a build has time for
     * @param kills  rounds of kill -9, each process in turn
     * @param before the checkout of the release before, built, that an upgrade begins with; without it processes are replaced by their like
     * @param guarded whether the mesh has all that guards one: TLS, tokens, sealed records
     * @param brief  shorter rounds, fewer broadcasts, and patience with a broadcast on a machine that builds
     * @param videos three requests
     */
    public record Settings(
            Path home,
            Path model,
            Path data,
            Path log,
            Set<FaultKind> kinds,
            Optional<Path> before,
            int kills,
            boolean guarded,
            boolean brief,
            double fps,
            int frames,
            List<GenerateRequest> videos) {}

    /**
     * What a run found.
     *
     * @param rows    of the table, see {@link FaultTable}
     * @param skipped faults that this machine or this model does not allow, with the reason
     */
    public record Result(List<Map<String, Object>> rows, List<Violation> violations, List<String> skipped) {}

    /** Runs the suite; {@code news} hears of each round and of each process that died. */
    public static Result run(Settings settings, Consumer<String> news) throws Exception {
        Mesh.demandModel(settings.model());
        Set<FaultKind> kinds = EnumSet.copyOf(settings.kinds());
        List<String> skipped = new ArrayList<>();
        Path brokerData = settings.data().resolve("broker");
        Optional<SmallDisk> disk = kinds.contains(FaultKind.DISK) ? SmallDisk.mount(brokerData) : Optional.empty();
        if (kinds.contains(FaultKind.DISK) && disk.isEmpty()) {
            kinds.remove(FaultKind.DISK);
            skipped.add("full disk: a file system for the broker alone needs Linux and root");
        }
        try {
            return run(settings, kinds, skipped, disk, brokerData, news);
        } finally {
            disk.ifPresent(SmallDisk::close);
        }
    }

    private static Result run(
            Settings settings,
            Set<FaultKind> kinds,
            List<String> skipped,
            Optional<SmallDisk> disk,
            Path brokerData,
            Consumer<String> news)
            throws Exception {
        Optional<String> unheld = kinds.contains(FaultKind.HANG) ? Debugger.trouble() : Optional.empty();
        unheld.ifPresent(sentence -> {
            kinds.remove(FaultKind.HANG);
            skipped.add("hung engines: " + sentence);
        });
        Optional<String> trouble =
                kinds.contains(FaultKind.SWAP) ? ModelForms.trouble(settings.model()) : Optional.empty();
        trouble.ifPresent(sentence -> {
            kinds.remove(FaultKind.SWAP);
            skipped.add("swapped models: " + sentence);
        });
        Optional<ModelForms> forms = kinds.contains(FaultKind.SWAP)
                ? Optional.of(ModelForms.make(settings.model(), settings.data().resolve("models")))
                : Optional.empty();
        Optional<OwnKeys> keys =
                settings.guarded() ? Optional.of(OwnKeys.write(settings.data().resolve("guard"))) : Optional.empty();
        if (keys.isEmpty() && kinds.remove(FaultKind.ROTATE)) {
            skipped.add("keys exchanged: there are none without --guarded");
        }
        Guarding guarding = keys.isPresent() ? Guarding.of(keys.get().settings()) : Guarding.configured();
        List<Fault> faults = schedule(settings, kinds, forms, guarding.access());
        if (kinds.contains(FaultKind.ROTATE)) {
            faults.add(Rotation.fault(keys.orElseThrow(), FaultSuite.PATIENCE));
        }
        if (faults.isEmpty() && !kinds.contains(FaultKind.BROADCAST) && !kinds.contains(FaultKind.SCALE)) {
            throw Failure.input("no round is left of --only " + settings.kinds() + " and --kills " + settings.kills()
                    + (skipped.isEmpty() ? "" : "; " + String.join("; ", skipped)) + ": choose other kinds");
        }
        boolean scaled = kinds.contains(FaultKind.SCALE);
        int motions = scaled ? MOST_MOTIONS : REPLICAS;
        var place = new Fleet.Settings(
                settings.home(),
                forms.map(all -> all.place().folder()).orElse(settings.model()),
                brokerData,
                settings.log(),
                "localhost",
                "localhost",
                MeshPorts.of(0, 0, 0, Fleet.Settings.row(motions, REPLICAS)),
                motions,
                REPLICAS);
        List<Round> rounds = new ArrayList<>();
        try (var fleet = new Fleet(place, guarding);
                var suite = new FaultSuite(
                        fleet, new FaultSuite.Plan(settings.videos(), settings.fps(), settings.frames()), disk, news)) {
            if (scaled) {
                fleet.stop("motion-3"); // until its round
            }
            learn(suite, fleet, faults, forms, scaled);
            for (Fault fault : faults) {
                rounds.add(told(suite.round(fault, rounds.size() + 1), rounds.size() + 1, news));
            }
            if (scaled) {
                Duration pause = settings.brief() ? GAP_ON_A_BUSY_MACHINE : SCALING_PAUSE;
                rounds.add(told(suite.scaling(rounds.size() + 1, pause), rounds.size() + 1, news));
            }
            int channels = settings.brief() ? 1 : 3;
            for (int i = 0; i < channels && kinds.contains(FaultKind.BROADCAST); i++) {
                Duration gap = settings.brief() ? GAP_ON_A_BUSY_MACHINE : GAP;
                rounds.add(told(suite.broadcast(rounds.size() + 1, gap), rounds.size() + 1, news));
            }
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

    /** What viewers will see, from a mesh that is well. */
    private static void learn(
            FaultSuite suite, Fleet fleet, List<Fault> faults, Optional<ModelForms> forms, boolean scaled)
            throws IOException, InterruptedException {
        if (scaled || faults.stream().anyMatch(fault -> fault.variant().equals(Topics.BASE))) {
            suite.learn(Topics.BASE);
        }
        if (forms.isPresent()) {
            var swapping = new ModelSwapping(forms.get(), fleet.door().access(), FaultSuite.PATIENCE);
            for (ModelForms.Form form : List.of(forms.get().other(), forms.get().shipped())) {
                List<String> others = swapping.serve(fleet.decoders(), form);
                if (!others.isEmpty()) {
                    throw new IllegalStateException("an undisturbed mesh does not take the model in " + form.folder()
                            + ": " + others + "; see the logs of the decoders");
                }
                suite.learn(forms.get().variant());
            }
        }
    }

    private static List<Fault> schedule(
            Settings settings, Set<FaultKind> kinds, Optional<ModelForms> forms, Access access) {
        boolean brief = settings.brief();
        List<Fault> faults = new ArrayList<>();
        add(faults, kinds, FaultKind.NONE, Fault.none());
        for (int i = 0; i < settings.kills(); i++) {
            add(faults, kinds, FaultKind.KILL, Fault.kill(PROCESSES.get(i % PROCESSES.size())));
        }
        for (int i = 0; i < (brief ? 1 : 2); i++) {
            add(faults, kinds, FaultKind.RESTART, Fault.restart("broker"));
            add(faults, kinds, FaultKind.REBALANCE, Fault.rebalance("decoder-2"));
            add(faults, kinds, FaultKind.COPIES, Fault.copies(Duration.ofSeconds(brief ? 2 : 8)));
            add(faults, kinds, FaultKind.LOSS, Fault.loss());
            forms.ifPresent(all -> faults.add(new ModelSwapping(all, access, FaultSuite.PATIENCE).fault()));
        }
        if (kinds.contains(FaultKind.UPGRADE)) {
            faults.addAll(Upgrade.faults(settings.home(), settings.before(), FaultSuite.PATIENCE));
        }
        for (String name : List.of("decoder", "motion", "broker")) {
            add(faults, kinds, FaultKind.FREEZE, Fault.freeze(name));
        }
        add(faults, kinds, FaultKind.HANG, HungEngine.ofDecoder().fault());
        add(faults, kinds, FaultKind.HANG, HungEngine.ofMotion().fault());
        for (int i = 0; i < (brief ? 1 : 2); i++) {
            add(faults, kinds, FaultKind.DISK, Fault.fullDisk());
        }
        return faults;
    }

    private static void add(List<Fault> faults, Set<FaultKind> kinds, FaultKind kind, Fault fault) {
        if (kinds.contains(kind)) {
            faults.add(fault);
        }
    }
}
