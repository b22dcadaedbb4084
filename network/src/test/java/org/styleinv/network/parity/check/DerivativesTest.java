package org.styleinv.network.parity.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.types.DataType;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.styleinv.network.parity.MadeSet;
import org.styleinv.network.parity.Parity;

/**
 * Derivatives are held to their references in every set: one of other sizes passes, one that lies on another side of a
 * kink passes and says so, and one of a network with a fault fails, beside a kink as well.
 */
class DerivativesTest {
    /** Nearer to zero than any CPU's float32 comes, in arguments whose size is about one. */
    private static final double NEAR = 3e-8;

    @TempDir
    private Path folder;

    private final MadeSet.Sizes sizes = new MadeSet.Sizes(16, 20, 2, 11);

    private static void make(String kind, MadeSet set) throws IOException {
        switch (kind) {
            case "generator" -> set.generator();
            case "discriminator" -> set.discriminator();
            case "video_discriminator" -> set.videoDiscriminator(false);
            case "video_discriminator_ffc" -> set.videoDiscriminator(true);
            default -> set.step();
        }
    }

    private List<Check> failures(String kind) throws IOException {
        List<Check> checks = Parity.only(folder, kind::equals);
        assertFalse(checks.isEmpty());
        return checks.stream().filter(check -> !check.ok()).toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"generator", "discriminator", "video_discriminator_ffc", "loss"})
    void aSetOfOtherSizesPasses(String kind) throws IOException {
        make(kind, new MadeSet(folder, sizes, Kinks.unseen(DataType.FLOAT64), text -> text));
        assertEquals(List.of(), failures(kind));
    }

    /** As it comes: what this CPU's float32 makes of a picture of 128 pixels. */
    @Tag("long")
    @ParameterizedTest
    @ValueSource(strings = {"generator", "discriminator", "video_discriminator", "video_discriminator_ffc", "loss"})
    void aSetOf128PixelsInFloat32Passes(String kind) throws IOException {
        make(kind, new MadeSet(folder, new MadeSet.Sizes(128, 24, 4, 3), Kinks.unseen(DataType.FLOAT32), text -> text));
        assertEquals(List.of(), failures(kind));
    }

    /** Makes a set with an argument behind {@code layer} next to zero, whose reference lies on its other side. */
    private void makeKinked(String kind, String layer) throws IOException {
        String bias = layer + ".bias";
        double shift = 0;
        double steepness = 1; // of the argument, by the bias
        Kinks seen = makeSeen(kind, bias, 0, shift);
        int call = first(seen.bends(), layer);
        int element = nearest(seen.bends().get(call).sample());
        int channel = channel(seen.bends().get(call).shape(), element);
        double value = seen.bends().get(call).sample()[element];
        for (int i = 0; i < 2; i++) {
            double step = -value / steepness;
            shift += step;
            seen = makeSeen(kind, bias, channel, shift);
            double next = seen.bends().get(call).sample()[element];
            steepness = i == 0 ? (next - value) / step : steepness;
            value = next;
        }
        assertTrue(Math.abs(value) < NEAR, "it is " + value + " from zero");
        Map<Kinks.Place, Double> moves = new HashMap<>();
        for (int i = 0; i < seen.bends().size(); i++) {
            for (Map.Entry<Integer, Double> near : seen.bends().get(i).near().entrySet()) {
                if (Math.abs(near.getValue()) < NEAR) {
                    moves.put(new Kinks.Place(i, near.getKey()), -2 * near.getValue());
                }
            }
        }
        keepStatistics();
        make(
                kind,
                new MadeSet(folder, sizes, Kinks.moved(moves, seen.bends()), text -> text)
                        .shifted(bias, channel, shift));
    }

    private void keepStatistics() throws IOException {
        Path kept = Files.createDirectories(folder.resolve("unkinked"));
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".json")).toList()) {
                Files.copy(file, kept.resolve(file.getFileName()));
            }
        }
    }

    private Kinks makeSeen(String kind, String bias, int channel, double shift) throws IOException {
        Kinks seen = Kinks.seen(DataType.FLOAT64);
        make(kind, new MadeSet(folder, sizes, seen, text -> text).shifted(bias, channel, shift));
        return seen;
    }

    private static int first(List<Kinks.Bend> bends, String layer) {
        return IntStream.range(0, bends.size())
                .filter(i -> bends.get(i).layer().equals(layer))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no layer " + layer));
    }

    private static int nearest(double[] values) {
        return IntStream.range(0, values.length)
                .boxed()
                .min(Comparator.comparingDouble(i -> Math.abs(values[i])))
                .orElseThrow();
    }

    /** Of an element of {@code [n, c, ...]}. */
    private static int channel(long[] shape, int element) {
        int channels = (int) shape[1];
        int area = (int) (Arrays.stream(shape).reduce(1, (a, b) -> a * b) / (shape[0] * channels));
        return element / area % channels;
    }

    /**
     * A reference on the other side of a kink passes, and that is said. What is wrong beside it is found all the same:
     * 1e-3 is allowed, and no other side explains what is a little more.
     *
     * @param gradients of which one parameter's is made wrong, file by file
     */
    @ParameterizedTest
    @CsvSource({
        "generator, synthesis.b8.conv1, generator_gradstats:b16.conv0.weight generator_pl_gradstats:b16.conv1.affine.weight",
        "discriminator, b8.conv0, discriminator_main_gradstats:b16.conv1.bias discriminator_r1_gradstats:b16.conv1.weight",
        "video_discriminator, b8.conv0, video_discriminator_r1_gradstats:b16.skip.weight"
    })
    void anotherSideOfAKinkExplainsItselfAndNothingElse(String kind, String layer, String gradients)
            throws IOException {
        makeKinked(kind, layer);
        List<Check> checks = Parity.only(folder, kind::equals);
        assertEquals(List.of(), checks.stream().filter(check -> !check.ok()).toList());
        assertTrue(checks.stream().anyMatch(check -> check.note().contains("behind " + layer)), checks.toString());

        for (String words : gradients.split(" ")) {
            String[] gradient = words.split(":");
            spoil(gradient[0] + ".json", gradient[1]);
        }
        List<Check> failures = failures(kind);
        for (String words : gradients.split(" ")) {
            String file = words.replaceFirst(":.*", ".json");
            assertTrue(failures.stream().anyMatch(check -> check.file().equals(file)), words + " passes");
        }
    }

    /** The same for the training step of the motion, whose networks have hundreds of layers. */
    @Tag("long")
    @Test
    void anotherSideOfAKinkOfTheMotionStepExplainsItselfAndNothingElse() throws IOException {
        anotherSideOfAKinkExplainsItselfAndNothingElse(
                "loss",
                "b8.conv1",
                "loss_Dmain_gradstats:b8.conv1.weight loss_Dreg_gradstats:b16.conv0.weight "
                        + "loss_SImain_gradstats:encoder.body.9.res_layer.3.weight");
    }

    /** Where the kink matters a little too, the error goes the same way: it is not cancelled. */
    private void spoil(String file, String parameter) throws IOException {
        ObjectMapper json = new ObjectMapper();
        ObjectNode statistics = (ObjectNode) json.readTree(folder.resolve(file).toFile());
        ArrayNode entry = (ArrayNode) statistics.get(parameter);
        double norm = entry.get(0).asDouble();
        double before = json.readTree(folder.resolve("unkinked").resolve(file).toFile())
                .get(parameter)
                .get(0)
                .asDouble();
        entry.set(0, json.getNodeFactory().numberNode(norm * (norm < before ? 1 - 1.1e-3 : 1 + 1.1e-3)));
        json.writeValue(folder.resolve(file).toFile(), statistics);
    }

    /** What makes the reference has a fault: its verdicts differ from ours as those of a wrong network of ours would. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "generator | 1.4142135623730951 | 1.4156 | grad_ws", // gain
                "generator | leaky_relu(torch.addcmul(torch.to(b, 6), x, d), 0.2) "
                        + "| leaky_relu(torch.addcmul(torch.to(b, 6), x, d), 0.202) | grad_ws",
                "generator | torch.sub(lengths, mean) | torch.sub(mean, torch.mul(lengths, 1.002)) | b8.conv1.weight",
                "discriminator | torch.neg(torch.flatten(logits)) | torch.flatten(logits) | b8.conv1.weight", // sign
                "video_discriminator | torch.leaky_relu(x, 0.2) | torch.leaky_relu(x, 0.201) | r1_penalty",
                "loss | d = torch.sub(a, b) | d = torch.mul(torch.sub(a, b), 1.002) | encoder.linear.weight"
            })
    void aWrongNetworkFails(String kind, String text, String fault, String found) throws IOException {
        int[] changed = new int[1];
        make(kind, new MadeSet(folder, sizes, Kinks.unseen(DataType.FLOAT64), source -> {
            changed[0] += source.contains(text) ? 1 : 0;
            return source.replace(text, fault);
        }));
        assertTrue(changed[0] > 0, "no text is changed");
        assertTrue(failures(kind).stream().anyMatch(check -> check.array().equals(found)), found + " passes");
    }
}
