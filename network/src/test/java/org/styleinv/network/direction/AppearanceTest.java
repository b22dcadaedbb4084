package org.styleinv.network.direction;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.styleinv.network.Weights;
import org.styleinv.network.checkpoint.ModelFolder;
import org.styleinv.network.stylegan.Generator;

/** Heads drawn by hand: what is changed in the drawing is what is measured. */
class AppearanceTest {
    /** @param lean by how much a row further up lies further right, in parts of the distance */
    private record Drawing(
            int skin,
            int hair,
            int background,
            double width,
            double height,
            double x,
            double y,
            double lean,
            double look,
            double mouth,
            double eye) {
        static final Drawing HEAD = new Drawing(180, 60, 210, 0.26, 0.34, 0.5, 0.5, 0, 0, 0.03, 0.025);

        int[] painted(int side) {
            int[] planes = new int[3 * side * side];
            for (int i = 0; i < side * side; i++) {
                double dy = (i / side + 0.5) / side - y;
                double dx = (i % side + 0.5) / side - x + lean * dy;
                int level = background;
                int warm = 0;
                if (dx * dx / (width * width) + dy * dy / (height * height) <= 1) {
                    level = dy < -0.55 * height ? hair : skin;
                    warm = dy < -0.55 * height ? 0 : 30;
                    boolean seeing = Math.abs(Math.abs(dx - look) - 0.08) < eye && Math.abs(dy + 0.02) < eye;
                    boolean lips = Math.abs(dx - look) < 0.07 && Math.abs(dy - 0.17) < mouth;
                    if (seeing || lips) {
                        level = 20;
                        warm = 0;
                    }
                }
                planes[i] = level + warm;
                planes[side * side + i] = level;
                planes[2 * side * side + i] = level - warm;
            }
            return planes;
        }
    }

    private static Drawing drawing(String change) {
        Drawing h = Drawing.HEAD;
        return switch (change) {
            case "skin" -> new Drawing(140, h.hair, 210, h.width, h.height, h.x, h.y, 0, 0, h.mouth, h.eye);
            case "hair" -> new Drawing(h.skin, 150, 210, h.width, h.height, h.x, h.y, 0, 0, h.mouth, h.eye);
            case "background" -> new Drawing(h.skin, h.hair, 120, h.width, h.height, h.x, h.y, 0, 0, h.mouth, h.eye);
            case "place" -> new Drawing(h.skin, h.hair, 210, h.width, h.height, 0.56, h.y, 0, 0, h.mouth, h.eye);
            case "tilt" -> new Drawing(h.skin, h.hair, 210, h.width, h.height, h.x, h.y, 0.3, 0, h.mouth, h.eye);
            case "turn" -> new Drawing(h.skin, h.hair, 210, h.width, h.height, h.x, h.y, 0, 0.03, h.mouth, h.eye);
            case "mouth" -> new Drawing(h.skin, h.hair, 210, h.width, h.height, h.x, h.y, 0, 0, 0.07, h.eye);
            case "eyes" -> new Drawing(h.skin, h.hair, 210, h.width, h.height, h.x, h.y, 0, 0, h.mouth, 0.04);
            case "size" ->
                new Drawing(h.skin, h.hair, 210, 1.2 * h.width, 1.2 * h.height, h.x, h.y, 0, 0, h.mouth, h.eye);
            case "shape" ->
                new Drawing(h.skin, h.hair, 210, 1.2 * h.width, h.height / 1.2, h.x, h.y, 0, 0, h.mouth, h.eye);
            default -> throw new IllegalArgumentException(change);
        };
    }

    /** In units of what a measure varies over all these drawings, the part that was changed changes most. */
    @ParameterizedTest
    @CsvSource({
        "skin, skin-dark",
        "hair, hair-light",
        "background, background-dark",
        "place, to-the-right",
        "tilt, tilted-right",
        "turn, turned-right",
        "mouth, mouth-strong",
        "size, larger",
        "shape, wide"
    })
    void whatIsChangedIsMeasured(String change, String called) {
        for (int side : new int[] {32, 64, 128}) {
            List<double[]> crowd = new ArrayList<>();
            for (String other :
                    List.of("skin", "hair", "background", "place", "tilt", "turn", "eyes", "mouth", "size", "shape")) {
                crowd.add(Appearance.of(side, drawing(other).painted(side)));
            }
            double[] before = Appearance.of(side, Drawing.HEAD.painted(side));
            double[] after = Appearance.of(side, drawing(change).painted(side));
            Appearance most = Appearance.TURN;
            double largest = 0;
            for (Appearance measure : Appearance.values()) {
                int at = measure.ordinal();
                double by = (after[at] - before[at]) / spread(crowd, at);
                if (Math.abs(by) > Math.abs(largest)) {
                    most = measure;
                    largest = by;
                }
            }
            assertEquals(called, most.called(largest), side + " pixels");
            assertEquals(change.toUpperCase(Locale.ROOT), most.part.name());
        }
    }

    private static double spread(List<double[]> crowd, int at) {
        double mean = crowd.stream().mapToDouble(one -> one[at]).average().orElseThrow();
        return 1e-9
                + Math.sqrt(crowd.stream()
                        .mapToDouble(one -> (one[at] - mean) * (one[at] - mean))
                        .sum());
    }

    /** Who named it looked at a sheet of pictures. */
    @Test
    void theShippedModelsDirectionOfSkinIsCalledAfterTheSkin() throws Exception {
        ModelFolder model = ModelFolder.open(Path.of("../models/faces-64"));
        try (NDManager manager = NDManager.newBaseManager("PyTorch");
                Weights weights = model.loadGenerator(manager)) {
            var view = new DirectionView(new Generator(model.architecture().generator()), weights);
            float[] skin = model.directions().get("skin").orElseThrow().clone();
            assertEquals(Optional.of("skin-light"), view.effect(skin, 3).name());
            for (int i = 0; i < skin.length; i++) {
                skin[i] = -skin[i];
            }
            assertEquals(Optional.of("skin-dark"), view.effect(skin, 3).name());
            assertEquals(
                    Optional.empty(), view.effect(new float[skin.length], 3).name());
        }
    }

    @Test
    void aPictureWithoutAHeadHasABackgroundOnly() {
        int[] even = new int[3 * 16 * 16];
        Arrays.fill(even, 77);
        double[] measures = Appearance.of(16, even);
        assertEquals(77, measures[Appearance.BACKGROUND_LIGHT.ordinal()], 1e-9);
        assertEquals(0, measures[Appearance.AREA.ordinal()]);
        for (double measure : Appearance.of(2, new int[] {9, 9, 9, 200, 9, 9, 9, 200, 9, 9, 9, 200})) {
            assertTrue(Double.isFinite(measure));
        }
    }
}
