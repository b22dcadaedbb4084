package org.styleinv.mesh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.styleinv.mesh.fault.FaultKind;
import org.styleinv.mesh.fault.FaultRun;
import org.styleinv.mesh.fault.FaultTable;
import org.styleinv.proto.Encoding;
import org.styleinv.proto.GenerateRequest;
import org.styleinv.proto.Image;

/** {@code styleinv faults} in brief, on a mesh with all that guards one, and on the packaged applications: after {@code package}, so it is no unit test. */
@Timeout(600)
class FaultsIT {
    private static final int RESOLUTION = 16;
    private static final int WIDTH = 16;

    @TempDir
    private Path folder;

    @Test
    @Tag("thorough")
    void aStreamSurvivesTheDeathOfEachKindOfProcess() throws Exception {
        Set<FaultKind> kinds = EnumSet.copyOf(FaultKind.BRIEF);
        kinds.add(FaultKind.ROTATE);
        int kills = 3; // of decoder, motion and broker, in this order
        Path model = folder.resolve("model");
        TinyModel.write(model, RESOLUTION, WIDTH, 1);
        Path home = Path.of(System.getProperty("basedir", ".")).toAbsolutePath().getParent();
        var settings = new FaultRun.Settings(
                home,
                model,
                folder.resolve("data"),
                home.resolve("mesh/target/faults"),
                kinds,
                Optional.empty(),
                kills,
                true,
                true,
                10,
                600,
                List.of(
                        video().setSeed(1).build(),
                        video().setSeed(2).setFirstIndex(1_000_000_000_000L).build(),
                        video().setImage(picture()).build()));
        FaultRun.Result result = FaultRun.run(settings, System.err::println);
        FaultTable.markdown(result.rows()).forEach(System.err::println);
        assertEquals(List.of(), result.violations());
        assertEquals(kinds.size() - 1 + kills + 1, result.rows().size(), "a line a round, and one of the whole");
        result.rows().forEach(row -> assertTrue((Long) row.get("frames") > 75, row.toString()));
    }

    private static GenerateRequest.Builder video() {
        return GenerateRequest.newBuilder().setMotionSeed(7).setEncoding(Encoding.PNG);
    }

    private static Image picture() throws IOException {
        var out = new ByteArrayOutputStream();
        ImageIO.write(new BufferedImage(32, 32, BufferedImage.TYPE_INT_RGB), "png", out);
        return Image.newBuilder()
                .setEncoding(Encoding.PNG)
                .setData(ByteString.copyFrom(out.toByteArray()))
                .build();
    }
}
