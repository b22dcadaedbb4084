package org.styleinv.mesh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.styleinv.mesh.fault.FaultKind;
import org.styleinv.mesh.fault.FaultRun;
import org.styleinv.mesh.fault.FaultTable;
import org.styleinv.mesh.stop.Stopping;
import org.styleinv.proto.Encoding;
import org.styleinv.proto.GenerateRequest;

/** {@code styleinv faults --only upgrade --guarded --before}, on the packaged applications: after {@code package}, so it is no unit test. */
@Tag("long")
@Timeout(3600)
class UpgradeIT {
    private static final Path HOME =
            Path.of(System.getProperty("basedir", ".")).toAbsolutePath().getParent();

    @TempDir
    private Path folder;

    @Test
    void noFrameIsLostFromAReleaseThatReadsOneVersionToOneThatWritesTheNext() throws Exception {
        Path before = HOME.resolve("mesh/target/before");
        Stopping.delete(before);
        ReleaseBefore.make(HOME, before);
        FaultRun.Result result = run(before);
        FaultTable.markdown(result.rows()).forEach(System.err::println);
        assertEquals(List.of(), result.violations());
        assertEquals(
                List.of(
                        "back: motions, decoders of the release before",
                        "upgrade: decoders, motions of this release",
                        "motions write version 2",
                        "motions write version 1",
                        "all"),
                result.rows().stream().map(row -> row.get("fault")).toList());
        result.rows().forEach(row -> assertTrue((Long) row.get("frames") > 150, row.toString()));
    }

    private FaultRun.Result run(Path before) throws Exception {
        Path model = folder.resolve("model");
        TinyModel.write(model, 16, 16, 1);
        return FaultRun.run(
                new FaultRun.Settings(
                        HOME,
                        model,
                        folder.resolve("data"),
                        HOME.resolve("mesh/target/upgrade"),
                        Set.of(FaultKind.UPGRADE),
                        Optional.of(before),
                        0,
                        true,
                        true,
                        4, // slow, so that streams outlast a rollout on a machine that builds
                        1600,
                        List.of(video(1), video(2), video(3))),
                System.err::println);
    }

    private static GenerateRequest video(long seed) {
        return GenerateRequest.newBuilder()
                .setSeed(seed)
                .setMotionSeed(7)
                .setEncoding(Encoding.PNG)
                .build();
    }
}
