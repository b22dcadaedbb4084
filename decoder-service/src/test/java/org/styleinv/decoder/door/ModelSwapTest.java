package org.styleinv.decoder.door;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.styleinv.decoder.engine.Decoder;
import org.styleinv.decoder.engine.FakeDecoder;
import org.styleinv.decoder.engine.FrameMarker;
import org.styleinv.decoder.engine.NetworkDecoder;
import org.styleinv.decoder.engine.TinyModel;
import org.styleinv.decoder.kafka.FrameWriter;
import org.styleinv.decoder.kafka.LatentParser;
import org.styleinv.decoder.work.Painter;
import org.styleinv.decoder.work.WorkQueue;
import org.styleinv.network.Pass.Precision;
import org.styleinv.network.Weights;
import org.styleinv.network.checkpoint.ModelFolder;
import org.styleinv.network.serving.ModelSwap;
import org.styleinv.network.serving.ModelWatch;
import org.styleinv.network.stylegan.Generator;
import org.styleinv.network.stylegan.Noise;
import org.styleinv.proto.Frame;
import org.styleinv.proto.Latent;
import org.styleinv.proto.wire.Topics;
import org.styleinv.proto.wire.WireHeaders;

/** A model is replaced while frames are painted. */
@Timeout(120)
@Tag("thorough")
class ModelSwapTest {
    @TempDir
    private Path folder;

    private static List<Long> indexes(List<Frame> frames) {
        return frames.stream().map(Frame::getIndex).toList();
    }

    @Test
    void fiftySwapsLoseNoFrameAndEachIsLabelledWithTheModelThatPaintedIt() throws Exception {
        try (DecoderRig rig = new DecoderRig(true, 4)) {
            List<FakeDecoder> models = new ArrayList<>(List.of(rig.decoder));
            for (int swap = 1; swap <= 50; swap++) {
                for (int i = 0; i < 10; i++) {
                    rig.feed(
                            DecoderRig.latent("p0-a", swap * 10L + i - 10),
                            DecoderRig.latent("p0-b", swap * 10L + i - 10));
                }
                FakeDecoder next = new FakeDecoder(swap, "-" + swap, "base", "sketch");
                models.add(next);
                rig.process.replace(next).join();
            }
            DecoderRig.await(() -> rig.frames("base").size() == 1000 && rig.committed() == 1000);
            List<Frame> frames = rig.frames("base");
            for (String stream : List.of("p0-a", "p0-b")) {
                List<Frame> own = frames.stream()
                        .filter(frame -> frame.getStream().equals(stream))
                        .toList();
                assertEquals(LongStream.range(0, 500).boxed().toList(), indexes(own));
            }
            for (Frame frame : frames) {
                int green = frame.getImage().getData().byteAt(1);
                boolean first = frame.getModel().equals("digest-base");
                assertTrue(
                        first || frame.getModel().equals("digest-base-" + green),
                        frame.getModel() + " is not what painted green " + green);
            }
            models.subList(0, 50).forEach(model -> assertTrue(model.closed, "a model that was replaced is freed"));
            assertTrue(!models.get(50).closed);
            assertEquals(0, rig.records(Topics.DEAD_LATENTS).size());
            assertEquals(1, rig.groups.size(), "the same variants are painted, so the group stays: " + rig.groups);
        }
    }

    @Test
    void latentsThatWaitArePaintedByTheNewModel() throws Exception {
        try (DecoderRig rig = new DecoderRig(true, 8)) {
            rig.decoder.gate.drainPermits();
            rig.feed(DecoderRig.latent("p0-plug", 0));
            DecoderRig.await(() -> rig.decoder.gate.hasQueuedThreads());
            rig.feed(DecoderRig.latent("p0-a", 1), DecoderRig.latent("p0-a", 2));
            DecoderRig.await(() -> rig.queued() == 2);
            var swapped = rig.process.replace(new FakeDecoder(9, "-new", "base", "sketch"));
            rig.decoder.gate.release(1000);
            swapped.join();
            DecoderRig.await(() -> rig.frames("base").size() == 3);
            assertEquals(
                    List.of("digest-base", "digest-base-new", "digest-base-new"),
                    rig.frames("base").stream().map(Frame::getModel).toList());
        }
    }

    @Test
    void aNewVariantIsPaintedAndItsDecodersAreAGroupOfTheirOwn() throws Exception {
        try (DecoderRig rig = new DecoderRig(true, 8)) {
            rig.process
                    .replace(new FakeDecoder(3, "-new", "base", "oil", "sketch"))
                    .join();
            assertEquals(
                    List.of("base", "oil", "sketch"),
                    rig.process.variants().stream().map(Decoder.Variant::name).toList());
            DecoderRig.await(
                    () -> rig.groups.size() == 2 && rig.consumer.assignment().contains(DecoderRig.PARTITION));
            assertEquals(List.of("styleinv.decoder.base.sketch", "styleinv.decoder.base.oil.sketch"), rig.groups);
            rig.feed(DecoderRig.latent("p0-a", 5).setVariant("oil"));
            DecoderRig.await(() -> rig.frames("oil").size() == 1);
            assertEquals("digest-oil-new", rig.frames("oil").get(0).getModel());
        }
    }

    @Test
    void latentsOfAVariantThatIsGoneAreDeadLetters() throws Exception {
        try (DecoderRig rig = new DecoderRig(true, 8)) {
            WorkQueue queue = new WorkQueue();
            var writer = new FrameWriter(rig::send, rig::send, queue::offer, rig.meters);
            var parser = new LatentParser(rig.decoder.variants(), 4, name -> false, writer);
            Latent latent = DecoderRig.latent("p0-a", 5).setVariant("sketch").build();
            var record = new org.apache.kafka.clients.consumer.ConsumerRecord<>(
                    Topics.LATENTS, 0, 7, new byte[0], latent.toByteArray());
            queue.offer(parser.work(record, latent).orElseThrow());
            try (var painter = new Painter(
                    () -> new FakeDecoder(1, "", "base"),
                    now -> {},
                    queue,
                    DecoderRig.config(8),
                    FrameMarker.of(Optional.empty(), 0),
                    rig.meters)) {
                painter.start();
                DecoderRig.await(() -> rig.records(Topics.DEAD_LATENTS).size() == 1);
            }
            assertEquals(
                    "unknown-variant",
                    WireHeaders.text(rig.records(Topics.DEAD_LATENTS).get(0).headers(), WireHeaders.REASON)
                            .orElse(""));
        }
    }

    private ModelFolder at(String name) {
        return open(folder.resolve(name));
    }

    private static ModelFolder open(Path path) {
        try {
            return ModelFolder.open(path);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** A service that serves the folder {@code live} and looks at it ten times a second. */
    private DecoderRig serving() throws IOException {
        DecoderRig rig = new DecoderRig(true, 4, Optional.of(NetworkDecoder.load(folder.resolve("live"))));
        rig.process.watch(folder.resolve("live"), NetworkDecoder.identity(at("live")), variants -> {});
        return rig;
    }

    private static Latent.Builder latent(long index) {
        Latent.Builder latent = DecoderRig.latent("p0-a", index).clearW();
        for (int i = 0; i < 32; i++) {
            latent.addW((index * 7 + i) % 13 / 13f - 0.5f);
        }
        return latent;
    }

    private static float[] w(long index) {
        float[] w = new float[32];
        for (int i = 0; i < w.length; i++) {
            w[i] = latent(index).getW(i);
        }
        return w;
    }

    @Test
    void aPublishedModelIsServedAndPaintsItsOwnFrames() throws Exception {
        TinyModel.write(folder.resolve("live"), 1, "sketch");
        TinyModel.write(folder.resolve("next"), 2, "sketch");
        String digest = at("next").digest();
        byte[] expected;
        try (Decoder next = NetworkDecoder.load(folder.resolve("next"))) {
            expected = next.paint("base", Noise.CONST, List.of(w(4))).get(0);
        }
        try (DecoderRig rig = serving()) {
            TinyModel.publish(folder.resolve("next"), folder.resolve("live"));
            DecoderRig.await(() -> rig.process.variants().get(0).digest().equals(digest));
            rig.feed(latent(4));
            DecoderRig.await(() -> rig.frames("base").size() == 1);
            Frame frame = rig.frames("base").get(0);
            assertEquals(digest, frame.getModel());
            assertArrayEquals(expected, frame.getImage().getData().toByteArray());
            DecoderRig.await(
                    () -> rig.meters.counter("styleinv.decoder.model.swaps").count() == 1);
        }
    }

    /** The same weights in bfloat16 paint other pixels, and so are another model. */
    @Test
    void anotherPrecisionOfTheSameWeightsIsAnotherModel() throws Exception {
        ModelFolder live = TinyModel.write(folder.resolve("live"), 1, "sketch");
        ModelFolder half = TinyModel.write(folder.resolve("next"), 1, "sketch")
                .writePrecision(Precision.BFLOAT16, live.training());
        String digest = half.digest();
        String sketch = half.variantDigest("sketch");
        assertNotEquals(live.variantDigest("sketch"), sketch);
        byte[] expected;
        try (Decoder next = NetworkDecoder.load(folder.resolve("next"))) {
            expected = next.paint("sketch", Noise.CONST, List.of(w(4))).get(0);
        }
        try (DecoderRig rig = serving()) {
            TinyModel.publish(folder.resolve("next"), folder.resolve("live"));
            DecoderRig.await(() -> rig.process.variants().get(0).digest().equals(digest));
            rig.feed(latent(4).setVariant("sketch"));
            DecoderRig.await(() -> rig.frames("sketch").size() == 1);
            Frame frame = rig.frames("sketch").get(0);
            assertEquals(sketch, frame.getModel());
            assertArrayEquals(expected, frame.getImage().getData().toByteArray());
        }
    }

    /** What comes into the folder is refused with those words, the old model goes on, and a good one ends the refusal. */
    private void refuses(Breaking breaking, Predicate<String> sentence) throws Exception {
        ModelFolder live = TinyModel.write(folder.resolve("live"), 1, "sketch");
        try (DecoderRig rig = serving()) {
            breaking.strike(folder.resolve("next"));
            TinyModel.publish(folder.resolve("next"), folder.resolve("live"));
            DecoderRig.await(() -> !rig.refusedModel().isEmpty());
            assertTrue(sentence.test(rig.refusedModel()), rig.refusedModel());
            assertEquals(
                    1, rig.meters.get("styleinv.decoder.model.refused").gauge().value());
            DecoderRig.await(() -> rig.process.health().isWell()); // the old model serves, so the service is ready
            rig.feed(latent(4), latent(5).setVariant("sketch"));
            DecoderRig.await(
                    () -> rig.frames("base").size() == 1 && rig.frames("sketch").size() == 1);
            assertEquals(live.digest(), rig.frames("base").get(0).getModel());

            String good = TinyModel.write(folder.resolve("good"), 3).digest();
            TinyModel.publish(folder.resolve("good"), folder.resolve("live"));
            DecoderRig.await(() -> rig.process.variants().get(0).digest().equals(good)
                    && rig.refusedModel().isEmpty());
            assertEquals(
                    0, rig.meters.get("styleinv.decoder.model.refused").gauge().value());
        }
    }

    @FunctionalInterface
    private interface Breaking {
        void strike(Path next) throws IOException;
    }

    @Test
    void anotherWidthOrSizeIsRefused() throws Exception {
        refuses(
                next -> TinyModel.write(next, TinyModel.config(16, TinyModel.SIDE, 32), 2),
                sentence -> sentence.contains("w of 16 values") && sentence.contains("restart every service"));
    }

    @Test
    void aDamagedFileIsRefused() throws Exception {
        refuses(
                next -> {
                    TinyModel.write(next, 2, "sketch");
                    Path weights = next.resolve("generator.safetensors");
                    byte[] bytes = Files.readAllBytes(weights);
                    bytes[bytes.length - 3] ^= 1;
                    Files.write(weights, bytes);
                },
                sentence -> sentence.contains("SHA-256"));
    }

    @Test
    void aFileDamagedUnderTheRecordThatIsServedIsSaid() throws Exception {
        refuses(
                next -> {
                    TinyModel.write(next, 1, "sketch");
                    Files.write(next.resolve("variants/sketch/generator.safetensors"), new byte[100]);
                },
                sentence -> sentence.contains("sketch/generator.safetensors has SHA-256"));
    }

    @Test
    void halfAFolderIsRefused() throws Exception {
        refuses(
                next -> {
                    TinyModel.write(next, 2, "sketch");
                    Files.delete(next.resolve("variants/sketch/generator.safetensors"));
                },
                sentence -> sentence.contains("variants/sketch/generator.safetensors is missing"));
    }

    @Test
    void weightsThatDivergedAreRefused() throws Exception {
        refuses(
                next -> {
                    Generator.Config config = TinyModel.config(32, TinyModel.SIDE, 32);
                    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
                        Weights weights = new Generator(config).initialize(manager, 2);
                        String name = weights.names().iterator().next();
                        Shape shape = weights.get(name).getShape();
                        float[] values = weights.get(name).toFloatArray();
                        values[0] = Float.NaN;
                        weights.put(name, values, shape.getShape());
                        TinyModel.write(next, config, weights);
                    }
                },
                sentence -> sentence.contains("NaN") && sentence.contains("diverged"));
    }

    @Test
    void aVariantOfAnotherBaseIsRefused() throws Exception {
        refuses(
                next -> {
                    TinyModel.write(next, 1, "sketch");
                    TinyModel.write(next, 2); // the base alone is replaced
                },
                sentence -> sentence.contains("variant sketch was tuned from the generator"));
    }

    @Test
    void aVariantIsRefusedUntilItsFramesHaveATopic() throws Exception {
        TinyModel.write(folder.resolve("live"), 1);
        try (DecoderRig rig = new DecoderRig(true, 4, Optional.of(NetworkDecoder.load(folder.resolve("live"))))) {
            List<String> made = new ArrayList<>();
            boolean[] away = {true};
            rig.process.watch(folder.resolve("live"), NetworkDecoder.identity(at("live")), variants -> {
                synchronized (made) {
                    if (away[0]) {
                        throw new ModelWatch.NotYet("the broker is away", null);
                    }
                    assertEquals(1, rig.process.variants().size(), "announced before there was a topic");
                    variants.forEach(variant -> made.add(variant.name()));
                }
            });
            TinyModel.write(folder.resolve("live"), 1, "sketch");
            DecoderRig.await(() -> rig.refusedModel().equals("the broker is away"));
            assertEquals(1, rig.process.variants().size());
            synchronized (made) {
                away[0] = false;
            }
            DecoderRig.await(() -> rig.process.variants().size() == 2);
            assertEquals(List.of("base", "sketch"), made);
        }
    }

    @Test
    @Tag("long") // its figure is the whole process's, so it wants the machine to itself
    void memoryIsBackWhereItWasAfterManySwaps() throws Exception {
        Path statm = Path.of("/proc/self/statm");
        assumeTrue(Files.exists(statm), "the memory of a process is read from /proc");
        Generator.Config large = TinyModel.config(32, TinyModel.SIDE, 160); // about 6 MB
        TinyModel.write(folder.resolve("a"), large, 1);
        TinyModel.write(folder.resolve("b"), large, 2);
        long size = Files.size(folder.resolve("a/generator.safetensors"));
        try (DecoderRig rig = new DecoderRig(true, 4, Optional.of(NetworkDecoder.load(folder.resolve("a"))))) {
            ModelSwap<Decoder> swap = rig.process.swap(Set.of(), NetworkDecoder.identity(at("a")), variants -> {});
            int swaps = 14;
            int first = 4; // which fill caches
            long before = 0;
            for (int i = 0; i < swaps + first; i++) {
                if (i == first) {
                    before = resident(statm);
                }
                swap.load(folder.resolve(i % 2 == 0 ? "b" : "a")).orElseThrow().serve();
                rig.feed(latent(i));
            }
            DecoderRig.await(() -> rig.frames("base").size() == swaps + first);
            long grown = resident(statm) - before;
            assertTrue(
                    grown < swaps * size / 4,
                    "after " + swaps + " swaps of " + size + " bytes there are " + grown + " bytes more");
        }
    }

    private static long resident(Path statm) throws IOException {
        return 4096 * Long.parseLong(Files.readString(statm).split(" ")[1]);
    }
}
