package org.styleinv.network.parity;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.styleinv.network.ComputeDevice;
import org.styleinv.network.parity.check.Buffers;
import org.styleinv.network.parity.check.Check;
import org.styleinv.network.parity.check.Checks;
import org.styleinv.network.parity.compare.AugmentComparer;
import org.styleinv.network.parity.compare.CheckpointComparer;
import org.styleinv.network.parity.compare.Comparer;
import org.styleinv.network.parity.compare.DiscriminatorComparer;
import org.styleinv.network.parity.compare.EncoderComparer;
import org.styleinv.network.parity.compare.GeneratorComparer;
import org.styleinv.network.parity.compare.ImageComparer;
import org.styleinv.network.parity.compare.MetricsComparer;
import org.styleinv.network.parity.compare.OpsComparer;
import org.styleinv.network.parity.compare.StyleInVComparer;
import org.styleinv.network.parity.compare.VideoDiscriminatorComparer;
import org.styleinv.network.parity.fixture.FixtureSet;
import org.styleinv.network.parity.fixture.Npz;
import org.styleinv.network.parity.fullsize.FullSizeComparer;
import org.styleinv.network.parity.step.LossComparer;
import org.styleinv.network.parity.step.RangerComparer;

/**
 * Every fixture of a folder against this code. What is there decides what runs: no size, name of a layer or number of
 * frames is fixed here, and a file or array that nothing reads is a failure by its name.
 */
public final class Parity {
    private static final List<Comparer> COMPARERS = List.of(
            new OpsComparer(),
            new GeneratorComparer(),
            new DiscriminatorComparer(),
            new VideoDiscriminatorComparer("video_discriminator"),
            new VideoDiscriminatorComparer("video_discriminator_ffc"),
            new EncoderComparer(),
            new StyleInVComparer(),
            new LossComparer(),
            new RangerComparer(),
            new ImageComparer(),
            new AugmentComparer(),
            new MetricsComparer(),
            new CheckpointComparer(),
            new FullSizeComparer());

    /**
     * @param failed how many of {@code total} checks are out of tolerance or could not be made
     * @param unmade how many of the failed ones could not be made
     */
    public record Summary(int total, int failed, int unmade) {}

    private static final String ENGINE = "RuntimeError: ";

    private Parity() {}

    /** Names of the kinds of fixtures. */
    static List<String> kinds() {
        return COMPARERS.stream().map(Comparer::name).toList();
    }

    /** Compares all of {@code folder}; each verdict goes to {@code listener} when it is known. */
    public static Summary run(Path folder, Consumer<Check> listener) throws IOException {
        FixtureSet set = FixtureSet.open(folder);
        Checks checks = new Checks(listener);
        Set<String> stopped = compare(set, checks, kind -> true);
        compareManifest(set, checks);
        for (Npz npz : set.openedArrays()) {
            Buffers.compare(npz, checks);
            for (String array : stopped.contains(npz.file()) ? Set.<String>of() : npz.unread()) {
                checks.failed(npz.file(), array, "unknown: nothing here computes or reads such an array");
            }
        }
        for (String file : set.unopened()) {
            if (!file.equals(FixtureSet.README) && !stopped.contains(file)) {
                checks.failed(file, "", unread(file));
            }
        }
        return summary(checks.all());
    }

    /** Why nothing has read a file: what it belongs to is not there, or it belongs to nothing. */
    private static String unread(String file) {
        for (Comparer comparer : COMPARERS) {
            if (comparer.companions().contains(file)) {
                return "read only with " + comparer.files().get(0) + ", which is not there";
            }
        }
        return "unknown: nothing here reads such a file";
    }

    /** Compares the fixtures of some kinds only, and nothing about the rest of the folder. */
    public static List<Check> only(Path folder, Predicate<String> kinds) throws IOException {
        Checks checks = new Checks(check -> {});
        compare(FixtureSet.open(folder), checks, kinds);
        return checks.all();
    }

    private static Summary summary(List<Check> checks) {
        return new Summary(
                checks.size(),
                (int) checks.stream().filter(check -> !check.ok()).count(),
                (int) checks.stream().filter(check -> !check.made()).count());
    }

    /** @return files of comparers that had to stop: what else they would have read is not known */
    private static Set<String> compare(FixtureSet set, Checks checks, Predicate<String> kinds) {
        Set<String> stopped = new HashSet<>();
        for (Comparer comparer : COMPARERS) {
            List<String> present = set.files().stream().filter(comparer::reads).toList();
            if (present.isEmpty() || !kinds.test(comparer.name())) {
                continue;
            }
            try (NDManager manager = ComputeDevice.manager()) {
                comparer.compare(set, manager, checks);
            } catch (IOException | RuntimeException e) {
                // A damaged fixture is a finding, whatever it trips over in us.
                checks.failed(present.get(0), "", "could not be used: " + reason(e));
                stopped.addAll(present);
                stopped.addAll(comparer.companions());
            }
        }
        return stopped;
    }

    private static String reason(Exception e) {
        String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        int engine = message.indexOf(ENGINE); // the engine shows the text first, then what is wrong
        if (engine >= 0) {
            message = "its arrays do not fit each other: " + message.substring(engine + ENGINE.length());
        }
        return message.lines().findFirst().orElse(message);
    }

    /** Files, arrays, types and shapes as the manifest lists them, where there is one. */
    private static void compareManifest(FixtureSet set, Checks checks) {
        if (!set.has(FixtureSet.MANIFEST)) {
            return;
        }
        JsonNode manifest;
        try {
            manifest = set.named(FixtureSet.MANIFEST);
        } catch (IOException e) {
            checks.failed(FixtureSet.MANIFEST, "", "could not be used: " + e.getMessage());
            return;
        }
        for (Iterator<Map.Entry<String, JsonNode>> entries = manifest.fields(); entries.hasNext(); ) {
            Map.Entry<String, JsonNode> entry = entries.next();
            String file = entry.getKey().endsWith(".npz") ? entry.getKey() : entry.getKey() + ".npz";
            if (!set.has(file)) {
                checks.failed(file, "", "the manifest lists it, but it is not there");
                continue;
            }
            try {
                compareManifest(set.npz(file), entry.getValue(), checks);
            } catch (IOException e) {
                checks.failed(file, "", "could not be used: " + reason(e));
            }
        }
    }

    private static void compareManifest(Npz npz, JsonNode listed, Checks checks) {
        List<String> missing = new ArrayList<>();
        listed.fieldNames().forEachRemaining(missing::add);
        missing.removeAll(npz.names());
        missing.forEach(name -> checks.failed(npz.file(), name, "the manifest lists it, but it is not there"));
        npz.shapes().forEach((name, shape) -> {
            JsonNode entry = listed.get(name);
            if (entry == null) {
                checks.failed(npz.file(), name, "the manifest does not list it");
                return;
            }
            List<Long> sides = new ArrayList<>();
            entry.path(1).forEach(side -> sides.add(side.asLong()));
            List<Long> actual = Arrays.stream(shape).boxed().toList();
            if (!sides.equals(actual) || !entry.path(0).asText().equals(npz.type(name))) {
                checks.failed(
                        npz.file(),
                        name,
                        "the manifest lists " + entry.path(0).asText() + " " + sides + ", the file holds "
                                + npz.type(name) + " " + actual);
            }
        });
    }
}
