package org.styleinv.decoder.door;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.util.concurrent.Uninterruptibles;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.styleinv.decoder.engine.FakeDecoder;
import org.styleinv.door.Health;
import org.styleinv.proto.Blend;
import org.styleinv.proto.Encoding;
import org.styleinv.proto.Frame;
import org.styleinv.proto.Latent;
import org.styleinv.proto.LayerShift;
import org.styleinv.proto.Noise;
import org.styleinv.proto.wire.Topics;
import org.styleinv.proto.wire.WireHeaders;

@Timeout(60)
class DecoderProcessTest {
    private static String header(ProducerRecord<byte[], byte[]> record, String name) {
        return WireHeaders.text(record.headers(), name).orElse("");
    }

    @Test
    void aLatentBecomesAFrameOnItsStreamsPartition() throws Exception {
        try (DecoderRig rig = new DecoderRig(true, 8)) {
            rig.feed(DecoderRig.latent("p2-a", 7)
                    .setPresentationUs(99)
                    .setVariant("sketch")
                    .setModel("whose-motion"));
            DecoderRig.await(() -> rig.frames("sketch").size() == 1);
            Frame frame = rig.frames("sketch").get(0);
            assertEquals(7, frame.getIndex());
            assertEquals(99, frame.getPresentationUs());
            assertEquals("digest-sketch", frame.getModel());
            assertEquals("whose-motion", frame.getMotion());
            assertEquals(2, frame.getImage().getWidth());
            assertEquals(7, frame.getImage().getData().byteAt(11));
            ProducerRecord<byte[], byte[]> record =
                    rig.records("styleinv.frames.sketch").get(0);
            assertEquals(2, record.partition());
            assertEquals("p2-a", new String(record.key(), java.nio.charset.StandardCharsets.UTF_8));
            assertEquals("7", header(record, WireHeaders.INDEX));
            assertEquals("RAW", header(record, WireHeaders.ENCODING));
            DecoderRig.await(() -> rig.committed() == 1);
        }
    }

    @Test
    void latentsOfAllStreamsShareABatchAndEachStreamKeepsItsOrder() throws Exception {
        try (DecoderRig rig = new DecoderRig(true, 8)) {
            rig.decoder.gate.drainPermits();
            rig.feed(DecoderRig.latent("p0-plug", 0));
            DecoderRig.await(() -> rig.decoder.gate.hasQueuedThreads());
            Latent.Builder[] many = new Latent.Builder[20];
            for (int i = 0; i < many.length; i++) {
                many[i] = DecoderRig.latent(i < 10 ? "p0-a" : "p0-b", i % 10);
            }
            rig.feed(many);
            DecoderRig.await(() -> rig.queued() == 20);
            rig.decoder.gate.release(1000);
            DecoderRig.await(() -> rig.frames("base").size() == 21);
            assertEquals(List.of(1, 8, 8, 4), rig.decoder.batches);
            for (String stream : List.of("p0-a", "p0-b")) {
                List<Long> indexes = rig.frames("base").stream()
                        .filter(frame -> frame.getStream().equals(stream))
                        .map(Frame::getIndex)
                        .toList();
                assertEquals(List.of(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L), indexes);
            }
            List<String> first = rig.frames("base").subList(1, 9).stream()
                    .map(Frame::getStream)
                    .toList();
            assertEquals(4, first.stream().filter("p0-a"::equals).count(), "streams take turns: " + first);
        }
    }

    @Test
    void offsetsAreCommittedOnlyAfterTheBrokerHasTheFrames() throws Exception {
        try (DecoderRig rig = new DecoderRig(false, 1)) {
            rig.feed(DecoderRig.latent("p0-a", 0), DecoderRig.latent("p0-a", 1), DecoderRig.latent("p0-a", 2));
            DecoderRig.await(() -> rig.frames("base").size() == 3);
            Thread.sleep(800);
            assertTrue(rig.committed() <= 0, "committed " + rig.committed() + " before any frame was acknowledged");
            rig.producer.completeNext();
            DecoderRig.await(() -> rig.committed() == 1);
            rig.producer.completeNext();
            rig.producer.completeNext();
            DecoderRig.await(() -> rig.committed() == 3);
        }
    }

    @Test
    void aFrameThatTheBrokerDidNotTakeIsPaintedAgain() throws Exception {
        try (DecoderRig rig = new DecoderRig(false, 1)) {
            rig.feed(DecoderRig.latent("p0-a", 4));
            DecoderRig.await(() -> rig.frames("base").size() == 1);
            rig.producer.errorNext(new TimeoutException("broker away"));
            DecoderRig.await(() -> rig.frames("base").size() == 2);
            rig.producer.completeNext();
            DecoderRig.await(() -> rig.committed() == 1);
            assertEquals(4, rig.frames("base").get(1).getIndex());
        }
    }

    @Test
    void aFrameTooLargeForTheBrokerIsADeadLetter() throws Exception {
        try (DecoderRig rig = new DecoderRig(false, 1)) {
            rig.feed(DecoderRig.latent("p0-a", 4));
            DecoderRig.await(() -> rig.frames("base").size() == 1);
            rig.producer.errorNext(new RecordTooLargeException("9 bytes"));
            DecoderRig.await(() -> rig.records(Topics.DEAD_LATENTS).size() == 1);
            assertEquals("too-large", header(rig.records(Topics.DEAD_LATENTS).get(0), WireHeaders.REASON));
            rig.producer.completeNext();
            DecoderRig.await(() -> rig.committed() == 1);
        }
    }

    /** Else its partition would never be committed beyond it. */
    @Test
    void aDeadLetterThatTheBrokerWillNeverTakeIsLetGo() throws Exception {
        try (DecoderRig rig = new DecoderRig(false, 1)) {
            rig.feed(new byte[0]);
            DecoderRig.await(() -> rig.records(Topics.DEAD_LATENTS).size() == 1);
            rig.producer.errorNext(new InvalidRecordException("a compacted topic takes no record without key"));
            DecoderRig.await(() -> rig.committed() == 1);
            assertEquals(1, rig.records(Topics.DEAD_LATENTS).size());
        }
    }

    private static Arguments poison(String reason, UnaryOperator<Latent.Builder> change) {
        return Arguments.of(
                reason, change.apply(DecoderRig.latent("p0-bad", 1)).build().toByteArray());
    }

    private static Blend.Builder blend(String variant, double weight) {
        return Blend.newBuilder().setVariant(variant).setWeight(weight);
    }

    private static LayerShift shift(int from, float... values) {
        LayerShift.Builder shift = LayerShift.newBuilder().setFromResolution(from);
        for (float value : values) {
            shift.addW(value);
        }
        return shift.build();
    }

    static Stream<Arguments> poisons() {
        return Stream.of(
                Arguments.of("empty", new byte[0]),
                Arguments.of("bad-protobuf", new byte[] {(byte) 0xff, 1, 2, 3}),
                poison("no-stream", Latent.Builder::clearStream),
                poison("wrong-width", latent -> latent.addW(1)),
                poison("wrong-width", Latent.Builder::clearW),
                poison("not-finite", latent -> latent.setW(1, Float.NaN)),
                poison("not-finite", latent -> latent.setW(2, Float.NEGATIVE_INFINITY)),
                poison("unknown-encoding", latent -> latent.setEncodingValue(42)),
                poison("unknown-encoding", latent -> latent.setEncoding(Encoding.FLOAT32)),
                poison(
                        "unknown-noise",
                        latent -> latent.setNoise(Noise.newBuilder().setModeValue(8))),
                poison("unknown-variant", latent -> latent.setVariant("nobodys")),
                poison("bad-variant", latent -> latent.setVariant("../x")),
                poison("bad-blend", latent -> latent.setBlend(blend("base", 0.5))),
                poison("bad-blend", latent -> latent.setBlend(blend("", 0.5))),
                poison("bad-blend", latent -> latent.setBlend(blend("../x", 0.5))),
                poison("bad-blend", latent -> latent.setBlend(blend("sketch", 1.01))),
                poison("bad-blend", latent -> latent.setBlend(blend("sketch", Double.NaN))),
                poison("unknown-variant", latent -> latent.setBlend(blend("nobodys", 0.5))),
                poison("bad-layer-shift", latent -> latent.setLayerShift(shift(8, 0, 0, 0))), // frames have 2 pixels
                poison("bad-layer-shift", latent -> latent.setLayerShift(shift(2, 0, 0, 0))),
                poison("bad-layer-shift", latent -> latent.setLayerShift(shift(8, 0, 0))),
                poison("bad-layer-shift", latent -> latent.setLayerShift(LayerShift.getDefaultInstance())),
                poison("bad-partition", latent -> latent.setReplyPartition(4)),
                poison("bad-partition", latent -> latent.setReplyPartition(-1)),
                poison("decode-failed", latent -> latent.setW(1, 13)),
                poison("not-finite", latent -> latent.setW(1, FakeDecoder.NO_PICTURE)));
    }

    @ParameterizedTest
    @MethodSource("poisons")
    void poisonGoesToTheDeadLettersAndItsNeighboursToTheScreen(String reason, byte[] poison) throws Exception {
        try (DecoderRig rig = new DecoderRig(true, 8)) {
            rig.feed(
                    DecoderRig.latent("p0-a", 0).build().toByteArray(),
                    poison,
                    DecoderRig.latent("p0-b", 1).build().toByteArray());
            DecoderRig.await(() -> rig.frames("base").size() == 2
                    && rig.records(Topics.DEAD_LATENTS).size() == 1);
            ProducerRecord<byte[], byte[]> letter =
                    rig.records(Topics.DEAD_LATENTS).get(0);
            assertEquals(reason, header(letter, WireHeaders.REASON));
            assertTrue(header(letter, WireHeaders.CAUSE).length() > 10);
            assertEquals("styleinv.latents-0@1", header(letter, WireHeaders.ORIGIN));
            org.junit.jupiter.api.Assertions.assertArrayEquals(poison, letter.value());
            DecoderRig.await(() -> rig.committed() == 3);
        }
    }

    @Test
    void aRecordOfAnotherVersionIsADeadLetterWhateverItsBytesAre() throws Exception {
        try (DecoderRig rig = new DecoderRig(true, 8)) {
            byte[] good = DecoderRig.latent("p0-a", 0).build().toByteArray();
            rig.feed(good, WireHeaders.VERSION, "3");
            rig.feed(good, WireHeaders.VERSION, "1");
            DecoderRig.await(() -> rig.committed() == 2);
            ProducerRecord<byte[], byte[]> letter =
                    rig.records(Topics.DEAD_LATENTS).get(0);
            assertEquals("wrong-version", header(letter, WireHeaders.REASON));
            assertTrue(
                    header(letter, WireHeaders.CAUSE).startsWith("the record's version is \"3\", but 1 to 2 are read"));
            assertEquals("styleinv.latents-0@0", header(letter, WireHeaders.ORIGIN));
            assertEquals(1, rig.frames("base").size());
            assertEquals("1", header(rig.records("styleinv.frames.base").get(0), WireHeaders.VERSION));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "2"})
    void aFrameIsOfItsLatentsVersion(String version) throws Exception {
        try (DecoderRig rig = new DecoderRig(true, 8)) {
            rig.feed(DecoderRig.latent("p0-a", 0).build().toByteArray(), WireHeaders.VERSION, version);
            DecoderRig.await(() -> rig.committed() == 1);
            assertEquals(version, header(rig.records("styleinv.frames.base").get(0), WireHeaders.VERSION));
        }
    }

    @Test
    void aLatentThatSaysNoVersionIsOfTheFirst() throws Exception {
        try (DecoderRig rig = new DecoderRig(true, 8)) {
            rig.feed(DecoderRig.latent("p0-a", 0));
            DecoderRig.await(() -> rig.committed() == 1);
            assertEquals("1", header(rig.records("styleinv.frames.base").get(0), WireHeaders.VERSION));
        }
    }

    @Test
    void latentsOfOtherVariantsAndOfThePastAreLeftAlone() throws Exception {
        try (DecoderRig rig = new DecoderRig(true, 8)) {
            rig.feed(
                    DecoderRig.latent("p0-a", 0).setVariant("oil"),
                    DecoderRig.latent("p0-a", 3).setBlend(blend("oil", 0.5)), // by those who paint both
                    DecoderRig.latent("p0-a", 1).setDeadlineMs(System.currentTimeMillis() - 1),
                    DecoderRig.latent("p0-a", 2).setDeadlineMs(System.currentTimeMillis() + 60_000));
            DecoderRig.await(() -> rig.committed() == 4);
            assertEquals(
                    List.of(2L),
                    rig.frames("base").stream().map(Frame::getIndex).toList());
            assertEquals(0, rig.records(Topics.DEAD_LATENTS).size());
        }
    }

    @Test
    void aCancelledStreamIsForgotten() throws Exception {
        try (DecoderRig rig = new DecoderRig(true, 1)) {
            rig.decoder.gate.drainPermits();
            rig.feed(DecoderRig.latent("p0-plug", 0));
            DecoderRig.await(() -> rig.decoder.gate.hasQueuedThreads());
            rig.feed(
                    DecoderRig.latent("p0-gone", 0),
                    DecoderRig.latent("p0-gone", 1),
                    DecoderRig.latent("p0-stays", 0),
                    Latent.newBuilder().setStream("p0-gone").setCancel(true));
            DecoderRig.await(() ->
                    rig.meters.counter("styleinv.decoder.latents.cancelled").count() == 2 && rig.queued() == 1);
            rig.decoder.gate.release(1000);
            DecoderRig.await(() -> rig.committed() == 5);
            assertEquals(
                    List.of("p0-plug", "p0-stays"),
                    rig.frames("base").stream().map(Frame::getStream).toList());
        }
    }

    @Test
    void aLatentAskedForTwiceIsPaintedOnce() throws Exception {
        try (DecoderRig rig = new DecoderRig(true, 1)) {
            rig.decoder.gate.drainPermits();
            rig.feed(DecoderRig.latent("p0-plug", 0));
            DecoderRig.await(() -> rig.decoder.gate.hasQueuedThreads());
            rig.feed(DecoderRig.latent("p0-a", 0), DecoderRig.latent("p0-a", 0), DecoderRig.latent("p0-a", 0));
            DecoderRig.await(() -> rig.consumer.position(DecoderRig.PARTITION) == 4 && rig.queued() == 1);
            Thread.sleep(100);
            rig.decoder.gate.release(1000);
            DecoderRig.await(() -> rig.committed() == 4);
            assertEquals(2, rig.frames("base").size());
        }
    }

    @Test
    void readingPausesWhileTheQueueIsFullAndGoesOn() throws Exception {
        try (DecoderRig rig = new DecoderRig(true, 8)) {
            rig.decoder.gate.drainPermits();
            Latent.Builder[] many = new Latent.Builder[200];
            for (int i = 0; i < many.length; i++) {
                many[i] = DecoderRig.latent("p0-a", i);
            }
            rig.feed(many);
            DecoderRig.await(() -> !rig.consumer.paused().isEmpty());
            rig.decoder.gate.release(1_000_000);
            DecoderRig.await(() ->
                    rig.frames("base").size() == 200 && rig.consumer.paused().isEmpty());
        }
    }

    @Test
    void workOfAPartitionThatWasTakenAwayIsLeftToItsNextOwner() throws Exception {
        try (DecoderRig rig = new DecoderRig(true, 1)) {
            rig.decoder.gate.drainPermits();
            rig.feed(DecoderRig.latent("p0-a", 0), DecoderRig.latent("p0-a", 1), DecoderRig.latent("p0-a", 2));
            DecoderRig.await(() -> rig.decoder.gate.hasQueuedThreads() && rig.queued() == 2);
            rig.consumer.schedulePollTask(() -> rig.consumer.rebalance(List.of()));
            DecoderRig.await(() -> rig.consumer.assignment().isEmpty() && rig.queued() == 0);
            rig.decoder.gate.release(1000);
            Thread.sleep(300);
            assertEquals(1, rig.frames("base").size(), "only what was being painted");
        }
    }

    @Test
    void aStuckEngineIsSaid() throws Exception {
        try (DecoderRig rig = new DecoderRig(true, 1)) {
            assertEquals(Health.WELL, rig.process.health());
            rig.decoder.gate.drainPermits();
            rig.feed(DecoderRig.latent("p0-a", 0));
            DecoderRig.await(() -> rig.complaint().startsWith("decoder-engine has been at one batch"));
            rig.decoder.gate.release(1000);
            DecoderRig.await(() -> rig.process.health().isWell());
        }
    }

    @Test
    void aBrokerThatTakesNoFrameIsSaid() throws Exception {
        try (DecoderRig rig = new DecoderRig(true, 1)) {
            rig.taking.acquireUninterruptibly();
            rig.feed(DecoderRig.latent("p0-a", 0));
            DecoderRig.await(() -> rig.complaint().startsWith("decoder-send has been at one batch"));
            rig.taking.release();
            DecoderRig.await(() -> rig.process.health().isWell());
        }
    }

    @Test
    void aReaderThatHangsIsSaid() throws Exception {
        try (DecoderRig rig = new DecoderRig(true, 1)) {
            CountDownLatch hang = new CountDownLatch(1);
            rig.consumer.schedulePollTask(() -> Uninterruptibles.awaitUninterruptibly(hang));
            DecoderRig.await(() -> rig.complaint().startsWith("decoder-latents has had no word from Kafka for"));
            hang.countDown();
            DecoderRig.await(() -> rig.process.health().isWell());
        }
    }

    /** Paints so many frames that the engine is known to be quick. */
    private static void warmUp(DecoderRig rig) {
        for (int i = 0; i < 100; i++) {
            rig.feed(DecoderRig.latent("p0-warm", i));
        }
        DecoderRig.await(() -> rig.frames("base").size() == 100);
    }

    @Test
    void anEngineThatHangsLeavesItsWorkToOthersUntilItMoves() throws Exception {
        try (DecoderRig rig = new DecoderRig(true, 1)) {
            warmUp(rig);
            int permits = rig.decoder.gate.drainPermits();
            MockConsumer<byte[], byte[]> before = rig.consumer;
            rig.feed(DecoderRig.latent("p0-a", 0), DecoderRig.latent("p0-a", 1));
            DecoderRig.await(rig.decoder.gate::hasQueuedThreads);
            CompletableFuture<String> behind = rig.process.call(decoder -> "painted");
            DecoderRig.await(before::closed);
            assertTrue(rig.complaint().startsWith("decoder-engine has been in its model"), rig.complaint());
            DecoderRig.await(behind::isCompletedExceptionally);
            assertThrows(
                    ExecutionException.class,
                    () -> rig.process.call(decoder -> "painted").get());
            assertEquals(1, rig.groups.size(), "it is no member of any group meanwhile");
            rig.decoder.gate.release(permits);
            DecoderRig.await(
                    () -> rig.groups.size() == 2 && rig.process.health().isWell());
            assertEquals("painted", rig.process.call(decoder -> "painted").get());
            rig.feed(DecoderRig.latent("p0-a", 1));
            DecoderRig.await(() -> rig.frames("base").size() >= 102);
        }
    }

    @Test
    void anEngineThatFailsWhateverItIsGivenRefusesNothing() throws Exception {
        try (DecoderRig rig = new DecoderRig(true, 4)) {
            var life = new DecoderAlive(rig.process, DecoderRig.config(4));
            warmUp(rig);
            MockConsumer<byte[], byte[]> before = rig.consumer;
            rig.decoder.ruined = true;
            rig.feed(DecoderRig.latent("p0-a", 0), DecoderRig.latent("p0-a", 1));
            DecoderRig.await(before::closed);
            assertEquals("decoder-engine paints nothing any more: the device is lost", rig.complaint());
            assertEquals(HealthCheckResponse.Status.UP, life.call().getStatus());
            DecoderRig.await(() -> life.call().getStatus() == HealthCheckResponse.Status.DOWN);
            assertEquals(List.of(), rig.records(Topics.DEAD_LATENTS));
            rig.decoder.ruined = false; // some devices come back
            DecoderRig.await(
                    () -> rig.groups.size() == 2 && rig.process.health().isWell());
            assertEquals(HealthCheckResponse.Status.UP, life.call().getStatus());
            rig.feed(DecoderRig.latent("p0-a", 0));
            DecoderRig.await(() -> rig.frames("base").size() == 101);
            assertEquals(List.of(), rig.records(Topics.DEAD_LATENTS));
        }
    }

    @Test
    void theModelIsClosedAtTheEnd() throws Exception {
        DecoderRig rig = new DecoderRig(true, 1);
        rig.close();
        assertTrue(rig.decoder.closed);
    }
}
