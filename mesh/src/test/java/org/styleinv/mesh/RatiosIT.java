package org.styleinv.mesh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.styleinv.mesh.bench.network.Forms;
import org.styleinv.mesh.bench.network.NetworkBench;
import org.styleinv.mesh.bench.network.NetworkBench.Kind;
import org.styleinv.mesh.bench.ratio.Contest;
import org.styleinv.mesh.bench.ratio.Contests;
import org.styleinv.mesh.bench.ratio.Processor;
import org.styleinv.mesh.bench.ratio.Ratio;
import org.styleinv.mesh.bench.ratio.RatioFile;
import org.styleinv.mesh.bench.ratio.RatioGate;
import org.styleinv.mesh.bench.ratio.RatioGate.Verdict;
import org.styleinv.network.Pass.Precision;
import org.styleinv.network.checkpoint.ModelFolder;

/**
 * The gate of speed: {@code ./styleinv bench ratios} by the packaged application, as docs/ratios.json was written, and that it closes on a
 * slower formulation. The pom has it run alone.
 */
@Tag("thorough")
@Timeout(900) // 40 s of a core
class RatiosIT {
    private static final Path HOME =
            Path.of(System.getProperty("basedir", ".")).toAbsolutePath().getParent();
    private static final Path FILE = HOME.resolve("docs/ratios.json");
    private static final Path MODEL = HOME.resolve("models/faces-64");

    @Test
    void noKeyRatioHasLost(@TempDir Path folder) throws Exception {
        RatioFile known = RatioFile.read(FILE);
        Processor here = Processor.here();
        Optional<RatioFile.Entry> before = known.of(here);
        assumeTrue(
                before.isPresent(),
                () -> "docs/ratios.json has no ratios of this processor (" + here + "), only of " + known.processors()
                        + "; ./styleinv bench ratios --write adds them");
        var bench = new ProcessBuilder(HOME.resolve("styleinv").toString(), "bench", "ratios")
                .directory(folder.toFile())
                .redirectErrorStream(true);
        bench.environment().putAll(Map.of("STYLEINV_BUILD", "never", "STYLEINV_DEVICE", "cpu"));
        bench.environment().remove("STYLEINV_JAVA_OPTS"); // the file was written without
        Process process = bench.start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(10, TimeUnit.SECONDS), said);
        System.err.print(said);
        assertEquals(0, process.exitValue(), said);
    }

    @Test
    void theFileHasNoRatioThatNobodyMeasures() throws IOException {
        var names = new TreeSet<String>();
        new Contests(ModelFolder.open(MODEL), FILE).all().forEach(contest -> names.add(contest.name()));
        RatioFile known = RatioFile.read(FILE);
        assertTrue(!known.processors().isEmpty(), FILE + " has no ratio");
        for (Processor processor : known.processors()) {
            var others =
                    new TreeSet<>(known.of(processor).orElseThrow().ratios().keySet());
            others.removeAll(names);
            assertEquals(Set.of(), others, processor + " in " + FILE);
        }
    }

    /** Forms of one network in a contest, in which ours may be the plain one. */
    private record Exchanged(Forms forms, boolean plain) implements Contest {
        @Override
        public void ours() {
            if (plain) {
                forms.plain();
            } else {
                forms.served();
            }
        }

        @Override
        public void baseline() {
            forms.plain();
        }

        @Override
        public void close() {
            forms.close();
        }

        double ratio() throws Exception {
            return ratio(5, 30);
        }
    }

    @Test
    void aPlainFormInPlaceOfTheServedOneIsLost() throws Exception {
        assumeTrue(
                "1".equals(System.getProperty("ai.djl.pytorch.num_threads")),
                "one thread's time is all of it with one compute thread only");
        try (var bench = NetworkBench.of(Kind.MOTION, ModelFolder.open(MODEL), Precision.FLOAT32);
                var served = new Exchanged(bench.forms(16), false);
                var plain = new Exchanged(bench.forms(16), true)) {
            Ratio was = Ratio.of(served.ratio(), served.ratio(), served.ratio());
            assumeTrue(
                    RatioGate.bound(was) < 0.95,
                    () -> "on this processor the served form is hardly faster than the plain one: " + was);
            Verdict same = RatioGate.judge("motion-16", was, served::ratio);
            assertTrue(!same.lost(), same::sentence);
            Verdict exchanged = RatioGate.judge("motion-16", was, plain::ratio);
            assertTrue(exchanged.lost(), exchanged::sentence);
            System.err.println(exchanged.sentence());
        }
    }
}
