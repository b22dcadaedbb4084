package org.styleinv.motion.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableList;
import com.google.common.util.concurrent.Uninterruptibles;
import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.styleinv.door.Health;
import org.styleinv.motion.TestConfig;
import org.styleinv.motion.engine.Animator;
import org.styleinv.motion.engine.FakeMotion;
import org.styleinv.motion.engine.MotionModel;
import org.styleinv.proto.Frame;
import org.styleinv.proto.GenerateRequest;
import org.styleinv.proto.Image;
import org.styleinv.proto.Latent;
import org.styleinv.proto.Pace;
import org.styleinv.proto.W;
import org.styleinv.proto.wire.Pushback;
import org.styleinv.proto.wire.StreamId;

@Timeout(60)
class StreamsTest {
    private static GenerateRequest.Builder request(long frames) {
        return GenerateRequest.newBuilder().setSeed(5).setMotionSeed(9).setFrameCount(frames);
    }

    private static List<Long> indexes(List<Frame> frames) {
        return frames.stream().map(Frame::getIndex).toList();
    }

    private static List<Long> range(long from, long count) {
        return LongStream.range(from, from + count).boxed().toList();
    }

    @Test
    void aStreamHasItsFramesInOrder() throws Exception {
        try (StreamRig rig = new StreamRig(TestConfig.USUAL, 0)) {
            List<Frame> frames = ImmutableList.copyOf(
                    rig.client().generateStream(request(50).setFirstIndex(1000).build()));
            assertEquals(range(1000, 50), indexes(frames));
            assertEquals(
                    "[9.0, 1000.0, 1.0, 5.0]",
                    frames.get(0).getImage().getData().toStringUtf8());
            assertEquals(33_333_333L, frames.get(0).getPresentationUs());
            int partition = StreamId.parse(frames.get(0).getStream()).partition();
            assertTrue(partition == 1 || partition == 3, "the reply partition is one of this replica's");
            StreamRig.await(() -> rig.streams.admission().taken() == 0 && rig.motion.scenes.get() == 0);
        }
    }

    @Test
    void framesAreForwardedInOrderAndOnceWhateverDecodersDo() throws Exception {
        TestConfig impatient = new TestConfig(16, 16, Duration.ofMillis(100), Duration.ofSeconds(20));
        try (StreamRig rig = new StreamRig(impatient, 5)) {
            List<Frame> frames = ImmutableList.copyOf(
                    rig.client().generateStream(request(120).build()));
            assertEquals(range(0, 120), indexes(frames));
            assertTrue(rig.count("styleinv.motion.latents.resent") > 0, "lost frames were asked for again");
            assertTrue(rig.count("styleinv.motion.frames.repeated") > 0, "repeats were dropped");
        }
    }

    private static String look(Latent latent) {
        return latent.getVariant()
                + (latent.hasBlend()
                        ? "+" + latent.getBlend().getWeight()
                                + latent.getBlend().getVariant()
                        : "");
    }

    /** What decoders were asked for, by index. */
    private static Map<Long, String> looks(StreamRig rig) {
        Map<Long, String> looks = new TreeMap<>();
        synchronized (rig.sent) {
            rig.sent.forEach(latent -> looks.put(latent.getIndex(), look(latent)));
        }
        return looks;
    }

    @Test
    void aScheduleSaysWhoPaintsEachFrameFromWhereverTheStreamStarts() throws Exception {
        Map<Long, String> expected = Map.of(
                1L,
                "base",
                2L,
                "base",
                3L,
                "base+0.25sketch",
                4L,
                "base+0.5sketch",
                5L,
                "base+0.75sketch",
                6L,
                "sketch",
                7L,
                "sketch",
                8L,
                "base");
        GenerateRequest.Builder request = request(8).setFirstIndex(1).setVariant("base,sketch@2+4,base@8");
        try (StreamRig rig = new StreamRig(TestConfig.USUAL, 0)) {
            List<Frame> frames = ImmutableList.copyOf(rig.client().generateStream(request.build()));
            assertEquals(range(1, 8), indexes(frames));
            assertEquals(expected, looks(rig));
            assertEquals(List.of("base", "sketch"), rig.followed, "before the first latent leaves");
        }
        try (StreamRig rig = new StreamRig(TestConfig.USUAL, 0)) {
            rig.client()
                    .generateStream(request.setFirstIndex(8).setTimeStep(-1).build())
                    .forEachRemaining(frame -> {});
            assertEquals(expected, looks(rig), "backwards it is the same");
        }
    }

    @Test
    void aScheduleWithAVariantThatNobodyPaintsIsRefused() throws Exception {
        try (StreamRig rig = new StreamRig(TestConfig.USUAL, 0)) {
            refused(
                    rig,
                    request(3).setVariant("base,oil@2"),
                    Status.Code.NOT_FOUND,
                    "variant \"oil\" does not exist, there are: base, sketch");
            assertEquals(List.of(), rig.followed);
        }
    }

    private static List<Integer> replyPartitions(StreamRig rig) {
        synchronized (rig.sent) {
            return rig.sent.stream().map(Latent::getReplyPartition).toList();
        }
    }

    @Test
    void aStreamWhosePartitionIsReadNoMoreAsksForWhatIsOutstandingOnAnother() throws Exception {
        TestConfig patient = new TestConfig(8, 16, Duration.ofSeconds(60), Duration.ofSeconds(60));
        try (StreamRig rig = new StreamRig(patient, 0)) {
            rig.usable = Set.of(1);
            rig.decoding = false; // what is sent now is lost
            StreamRig.Reader<Frame> reader = new StreamRig.Reader<>();
            rig.asyncClient().generateStream(request(40).build(), reader);
            reader.ask(40);
            StreamRig.await(() -> rig.sentLatents() == 8);
            assertEquals(Collections.nCopies(8, 1), replyPartitions(rig));
            StreamRig.await(rig.latents::isEmpty);
            rig.read = Set.of(3);
            rig.usable = Set.of(3);
            StreamRig.await(() -> rig.sentLatents() == 16); // no timer of a minute has sent them
            assertEquals(Collections.nCopies(8, 3), replyPartitions(rig).subList(8, 16));
            StreamRig.await(rig.latents::isEmpty);
            rig.decoding = true;
            rig.usable = Set.of(1);
            rig.read = Set.of(1);
            assertTrue(reader.done.await(30, TimeUnit.SECONDS));
            assertEquals(range(0, 40), indexes(List.copyOf(reader.got)));
            List<Integer> last = replyPartitions(rig).subList(16, rig.sentLatents());
            assertEquals(Set.of(1), Set.copyOf(last));
        }
    }

    @Test
    void whatComesBackOnAPartitionThatIsStillReadIsNotAskedForAgain() throws Exception {
        TestConfig patient = new TestConfig(8, 16, Duration.ofSeconds(60), Duration.ofSeconds(60));
        try (StreamRig rig = new StreamRig(patient, 0)) {
            rig.usable = Set.of(1);
            StreamRig.Reader<Frame> reader = new StreamRig.Reader<>();
            rig.asyncClient().generateStream(request(40).build(), reader);
            reader.ask(10);
            StreamRig.await(() -> reader.size() == 10);
            rig.usable = Set.of(3); // 1 is read for a while yet
            StreamRig.await(() -> rig.count("styleinv.motion.streams.moved") == 1);
            reader.ask(30);
            assertTrue(reader.done.await(30, TimeUnit.SECONDS));
            assertEquals(40, rig.sentLatents());
            assertEquals(3, replyPartitions(rig).get(39));
        }
    }

    @Test
    void aReplicaThatOwnsNoPartitionSendsClientsOfFramesToAnother() throws Exception {
        try (StreamRig rig = new StreamRig(TestConfig.USUAL, 0)) {
            rig.usable = Set.of();
            rig.settled = new CompletableFuture<>();
            Status refused = assertThrows(StatusRuntimeException.class, () -> rig.client()
                            .generateStream(request(3).build())
                            .next())
                    .getStatus();
            assertEquals(Status.Code.UNAVAILABLE, refused.getCode());
            assertTrue(refused.getDescription().contains("owns no partition of the frames"), refused.toString());
            assertEquals(
                    3,
                    ImmutableList.copyOf(rig.client().generateLatents(request(3).build()))
                            .size(),
                    "latents need none");
        }
    }

    @Test
    void aStreamWaitsUntilItsReplicaOwnsAPartition() throws Exception {
        try (StreamRig rig = new StreamRig(TestConfig.USUAL, 0)) {
            rig.usable = Set.of();
            rig.settled = new CompletableFuture<>();
            StreamRig.Reader<Frame> reader = new StreamRig.Reader<>();
            rig.asyncClient().generateStream(request(3).build(), reader);
            reader.ask(3);
            StreamRig.await(() -> rig.followed.size() == 1);
            rig.usable = Set.of(3);
            rig.settled.complete(null);
            assertTrue(reader.done.await(30, TimeUnit.SECONDS));
            assertEquals(3, reader.size());
            assertEquals(Set.of(3), Set.copyOf(replyPartitions(rig)));
        }
    }

    @Test
    void aReaderThatStopsStopsTheWork() throws Exception {
        try (StreamRig rig = new StreamRig(new TestConfig(8, 16, Duration.ofSeconds(20), Duration.ofSeconds(60)), 0)) {
            StreamRig.Reader<Frame> reader = new StreamRig.Reader<>();
            rig.asyncClient().generateStream(request(0).build(), reader);
            reader.ask(3);
            StreamRig.await(() -> reader.size() == 3);
            Thread.sleep(500);
            int most = 3 + TestConfig.USUAL.window();
            assertTrue(rig.motion.made.get() <= most, "made " + rig.motion.made.get() + " of at most " + most);
            assertEquals(
                    rig.motion.made.get(), rig.sentLatents(), "nothing is sent again for a client that does not read");
            reader.ask(100);
            StreamRig.await(() -> reader.size() == 103);
            Thread.sleep(300);
            assertTrue(rig.motion.made.get() <= most + 100);
            reader.leave();
            StreamRig.await(() -> rig.streams.admission().taken() == 0);
        }
    }

    @Test
    void aReaderOfLatentsThatStopsStopsTheWork() throws Exception {
        try (StreamRig rig = new StreamRig(TestConfig.USUAL, 0)) {
            StreamRig.Reader<Latent> reader = new StreamRig.Reader<>();
            rig.asyncClient().generateLatents(request(0).build(), reader);
            reader.ask(20);
            StreamRig.await(() -> reader.size() == 20);
            Thread.sleep(300);
            assertTrue(rig.motion.made.get() <= 20 + TestConfig.USUAL.window());
            assertEquals(0, rig.sentLatents(), "nothing goes to the decoders");
            synchronized (reader.got) {
                assertEquals(List.of(9f, 19f, 1f, 5f), reader.got.get(19).getWList());
            }
            reader.leave();
            StreamRig.await(() -> rig.streams.admission().taken() == 0 && rig.motion.scenes.get() == 0);
        }
    }

    @Test
    void aClientThatLeavesStopsTheWork() throws Exception {
        try (StreamRig rig = new StreamRig(TestConfig.USUAL, 0)) {
            StreamRig.Reader<Frame> reader = new StreamRig.Reader<>();
            rig.asyncClient().generateStream(request(0).build(), reader);
            reader.ask(5);
            StreamRig.await(() -> reader.size() == 5);
            rig.decoding = false;
            reader.ask(1000);
            StreamRig.await(() -> rig.waitingLatents() >= 2); // none of which will be answered, but one at most
            final String stream;
            synchronized (reader.got) {
                stream = reader.got.get(0).getStream();
            }
            reader.leave();
            StreamRig.await(() -> rig.streams.admission().taken() == 0 && rig.motion.scenes.get() == 0);
            StreamRig.await(
                    () -> rig.sentCancel(stream)); // by the publisher's thread, behind the latents that were under way
            int sent = rig.sentLatents();
            Thread.sleep(1000);
            assertEquals(sent, rig.sentLatents(), "nothing more is made or sent");
        }
    }

    @Test
    void nothingIsMadeForASilentClientUntilItIsHeardAgain() throws Exception {
        try (StreamRig rig = new StreamRig(TestConfig.USUAL, 0)) {
            StreamRig.Reader<Frame> reader = new StreamRig.Reader<>();
            rig.asyncClient().generateStream(request(300).build(), reader);
            reader.ask(5);
            StreamRig.await(() -> reader.size() == 5);
            assertEquals(1, rig.watchers.get());
            rig.decoding = false;
            reader.ask(1000);
            StreamRig.await(() -> rig.waitingLatents() >= 2); // none of which will be answered, but one at most
            final String stream;
            synchronized (reader.got) {
                stream = reader.got.get(0).getStream();
            }
            rig.silent = true;
            StreamRig.await(() -> rig.sentCancel(stream)); // what waits at the decoders is forgotten
            rig.latents.clear();
            rig.decoding = true;
            int sent = rig.sentLatents();
            Thread.sleep(1000); // five times as long as latents wait for an answer
            assertEquals(sent, rig.sentLatents(), "nothing is made, and nothing is sent again");
            rig.silent = false;
            assertTrue(reader.done.await(20, TimeUnit.SECONDS));
            assertEquals(range(0, 300), indexes(reader.got));
            StreamRig.await(() -> rig.watchers.get() == 0);
        }
    }

    @Test
    void aSilentClientThatTakesLatentsIsWaitedForToo() throws Exception {
        try (StreamRig rig = new StreamRig(TestConfig.USUAL, 0)) {
            rig.silent = true;
            StreamRig.Reader<Latent> reader = new StreamRig.Reader<>();
            rig.asyncClient().generateLatents(request(0).build(), reader);
            reader.ask(1_000_000);
            StreamRig.await(() -> rig.motion.scenes.get() == 1);
            Thread.sleep(500);
            final int made = rig.motion.made.get();
            Thread.sleep(500);
            assertEquals(made, rig.motion.made.get());
            rig.silent = false;
            StreamRig.await(() -> reader.size() > made + 100);
            reader.leave();
        }
    }

    @Test
    void aDeadDecoderEndsAStreamInASentence() throws Exception {
        TestConfig brief = new TestConfig(8, 16, Duration.ofMillis(100), Duration.ofSeconds(1));
        try (StreamRig rig = new StreamRig(brief, 0)) {
            rig.decoding = false;
            StatusRuntimeException e = assertThrows(
                    StatusRuntimeException.class,
                    () -> ImmutableList.copyOf(
                            rig.client().generateStream(request(10).build())));
            assertEquals(Status.Code.UNAVAILABLE, e.getStatus().getCode());
            assertTrue(e.getMessage().contains("frame 0 of variant \"base\" was asked for"), e.getMessage());
            StreamRig.await(() -> rig.streams.admission().taken() == 0);
        }
    }

    @Test
    void aStreamGoesOnWhenTheDecodersComeBack() throws Exception {
        try (StreamRig rig = new StreamRig(TestConfig.USUAL, 0)) {
            StreamRig.Reader<Frame> reader = new StreamRig.Reader<>();
            rig.asyncClient().generateStream(request(60).build(), reader);
            reader.ask(10);
            StreamRig.await(() -> reader.size() == 10);
            rig.decoding = false;
            reader.ask(100);
            Thread.sleep(700);
            rig.latents.clear(); // lost with the decoder
            rig.decoding = true;
            assertTrue(reader.done.await(20, TimeUnit.SECONDS));
            assertEquals(range(0, 60), indexes(reader.got));
        }
    }

    @Test
    void streamsTakeTurns() throws Exception {
        try (StreamRig rig = new StreamRig(TestConfig.USUAL, 0)) {
            List<StreamRig.Reader<Frame>> readers =
                    List.of(new StreamRig.Reader<>(), new StreamRig.Reader<>(), new StreamRig.Reader<>());
            for (StreamRig.Reader<Frame> reader : readers) {
                rig.asyncClient().generateStream(request(0).build(), reader);
                reader.ask(1_000_000);
            }
            StreamRig.await(
                    () -> readers.stream().allMatch(reader -> reader.size() > 0)); // none begins alone from here on
            List<Integer> before = readers.stream().map(StreamRig.Reader::size).toList();
            StreamRig.await(() -> readers.stream().allMatch(reader -> reader.size() > 3000));
            List<Integer> after = readers.stream().map(StreamRig.Reader::size).toList();
            readers.forEach(StreamRig.Reader::leave);
            List<Integer> got = IntStream.range(0, readers.size())
                    .mapToObj(i -> after.get(i) - before.get(i))
                    .toList();
            assertTrue(Collections.min(got) > 0.5 * Collections.max(got), got + " frames in the same time");
            assertTrue(rig.motion.largestBatch > 4, "timestamps of several streams share a batch");
        }
    }

    @Test
    void oneStreamsTroubleIsNotItsNeighbours() throws Exception {
        try (StreamRig rig = new StreamRig(TestConfig.USUAL, 0)) {
            StreamRig.Reader<Frame> good = new StreamRig.Reader<>();
            rig.asyncClient().generateStream(request(200).build(), good);
            good.ask(1000);
            StatusRuntimeException e = assertThrows(
                    StatusRuntimeException.class,
                    () -> ImmutableList.copyOf(rig.client()
                            .generateStream(
                                    request(10).setMotionSeed(FakeMotion.POISON).build())));
            assertEquals(Status.Code.INTERNAL, e.getStatus().getCode());
            assertTrue(good.done.await(20, TimeUnit.SECONDS));
            assertEquals(range(0, 200), indexes(good.got));
        }
    }

    @Test
    void framesThatNobodyAskedForCountForNothing() throws Exception {
        try (StreamRig rig = new StreamRig(new TestConfig(8, 16, Duration.ofSeconds(20), Duration.ofSeconds(20)), 0)) {
            rig.decoding = false;
            StreamRig.Reader<Frame> victim = new StreamRig.Reader<>();
            StreamRig.Reader<Frame> neighbour = new StreamRig.Reader<>();
            rig.asyncClient().generateStream(request(20).setFirstIndex(500).build(), victim);
            rig.asyncClient().generateStream(request(20).setMotionSeed(77).build(), neighbour);
            victim.ask(100);
            neighbour.ask(100);
            StreamRig.await(() -> rig.sentLatents() == 16); // two windows
            Latent asked;
            synchronized (rig.sent) {
                asked = rig.sent.stream()
                        .filter(latent -> latent.getIndex() == 500)
                        .findFirst()
                        .orElseThrow();
            }
            Frame right = rig.painted(asked);
            for (long index : new long[] {-1, 0, 499, 508, 519, 520, Long.MAX_VALUE, Long.MIN_VALUE}) {
                String told = rig.frame(right.toBuilder().setIndex(index).build());
                assertTrue(told.endsWith("was not asked for"), index + ": " + told);
            }
            assertTrue(
                    !rig.frame(right.toBuilder().setVariant("sketch").build()).isEmpty());
            assertTrue(!rig.frame(right.toBuilder()
                            .setImage(Image.getDefaultInstance())
                            .build())
                    .isEmpty());
            assertEquals("", rig.frame(right));
            assertEquals("", rig.frame(right), "a repeat is no forgery");
            assertEquals(1, rig.count("styleinv.motion.frames.repeated"));
            rig.decoding = true; // before: a decoder that does not decode throws away what it takes
            synchronized (rig.sent) {
                rig.latents.addAll(rig.sent); // what the decoders let pass meanwhile
            }
            assertTrue(victim.done.await(20, TimeUnit.SECONDS) && neighbour.done.await(20, TimeUnit.SECONDS));
            assertEquals(range(500, 20), indexes(victim.got));
            assertEquals(range(0, 20), indexes(neighbour.got));
        }
    }

    @Test
    void whatAStreamThrowsEndsItAlone() throws Exception {
        FakeMotion motion = new FakeMotion();
        List<Spring> springs = new ArrayList<>();
        try (Animator animator = new Animator(() -> motion, 4, 16, Duration.ofSeconds(60), new SimpleMeterRegistry())) {
            animator.start();
            MotionModel.Scene scene = new FakeMotion.FakeScene(0, 1, "fake-motion");
            for (String where : List.of("next", "made", "failed")) {
                CompletableFuture<Throwable> told = new CompletableFuture<>();
                Spring bad = new Spring(scene, where, told);
                Spring good = new Spring(scene, "", new CompletableFuture<>());
                springs.addAll(List.of(bad, good));
                animator.add(bad);
                animator.add(good);
                assertEquals(
                        "thrown in " + where.replace("failed", "made"),
                        told.get(20, TimeUnit.SECONDS).getMessage());
                StreamRig.await(() -> good.made.get() > 100);
                animator.remove(good);
            }
            assertEquals(Health.WELL, animator.able());
        }
        int asked = springs.stream().mapToInt(spring -> spring.index).sum(); // the engine's thread has ended
        assertEquals(asked, motion.made.get(), "each latent that was asked for was made, and once");
    }

    /** A stream without end that throws somewhere. */
    private static final class Spring implements Animator.Source {
        final AtomicInteger made = new AtomicInteger();
        private final MotionModel.Scene scene;
        private final String where;
        private final CompletableFuture<Throwable> told;
        private int index;

        Spring(MotionModel.Scene scene, String where, CompletableFuture<Throwable> told) {
            this.scene = scene;
            this.where = where;
            this.told = told;
        }

        @Override
        public List<MotionModel.Step> next(int chunk, int most) {
            if (where.equals("next")) {
                throw new IllegalStateException("thrown in next");
            }
            List<MotionModel.Step> steps = new ArrayList<>();
            for (int i = 0; i < most; i++) {
                steps.add(new MotionModel.Step(scene, index++, 1));
            }
            return steps;
        }

        @Override
        public void made(List<MotionModel.Step> steps, List<float[]> latents, Animator.Batch batch) {
            if (where.equals("made") || where.equals("failed")) {
                throw new IllegalStateException("thrown in made");
            }
            made.addAndGet(steps.size());
        }

        @Override
        public void failed(Throwable cause) {
            told.complete(cause);
            if (where.equals("failed")) {
                throw new IllegalStateException("thrown in failed");
            }
        }
    }

    @Test
    void aFirstFrameThatLeadsToNoLatentIsRefusedForGood() throws Exception {
        try (StreamRig rig = new StreamRig(TestConfig.USUAL, 0)) {
            W.Builder far = W.newBuilder()
                    .addValues(FakeMotion.NOT_FINITE)
                    .addValues(0)
                    .addValues(0)
                    .addValues(0);
            StatusRuntimeException e = assertThrows(StatusRuntimeException.class, () -> rig.client()
                    .generateStream(request(3).setW0(far).build())
                    .next());
            assertEquals(Status.Code.INVALID_ARGUMENT, e.getStatus().getCode());
            assertTrue(e.getStatus().getDescription().contains("the latent of frame 0 is not finite"), e.getMessage());
            e = assertThrows(StatusRuntimeException.class, () -> rig.client()
                    .generateLatents(request(3).setW0(far).build())
                    .next());
            assertEquals(Status.Code.INVALID_ARGUMENT, e.getStatus().getCode());
            W.Builder nothing = far.clone().setValues(0, StreamRig.NO_PICTURE);
            e = assertThrows(StatusRuntimeException.class, () -> rig.client()
                    .generateStream(request(3).setW0(nothing).build())
                    .next());
            assertEquals(Status.Code.INVALID_ARGUMENT, e.getStatus().getCode());
            assertEquals("w0 has no picture: w is too far", e.getStatus().getDescription());
            StreamRig.await(() -> rig.streams.admission().taken() == 0 && rig.motion.scenes.get() == 0);
        }
    }

    @Test
    void tenThousandFramesKeepNothing() throws Exception {
        try (StreamRig rig = new StreamRig(new TestConfig(32, 16, Duration.ofSeconds(5), Duration.ofSeconds(20)), 0)) {
            StreamRig.Reader<Frame> reader = new StreamRig.Reader<>();
            rig.asyncClient().generateStream(request(0).build(), reader);
            reader.ask(10_000);
            StreamRig.await(() -> reader.size() == 10_000);
            Thread.sleep(200);
            assertTrue(rig.motion.made.get() <= 10_032);
            reader.leave();
            StreamRig.await(() -> rig.streams.admission().taken() == 0 && rig.motion.scenes.get() == 0);
        }
    }

    @Test
    void backwardsShowsTheSameFramesDownToTheFirst() throws Exception {
        try (StreamRig rig = new StreamRig(TestConfig.USUAL, 0)) {
            List<Frame> frames = ImmutableList.copyOf(rig.client()
                    .generateStream(
                            request(0).setFirstIndex(5).setTimeStep(-0.5).build()));
            assertEquals(List.of(5L, 4L, 3L, 2L, 1L, 0L), indexes(frames));
            assertEquals(
                    "[9.0, 5.0, 0.5, 5.0]", frames.get(0).getImage().getData().toStringUtf8());
            assertEquals(0, frames.get(0).getPresentationUs());
            assertEquals(33_333, frames.get(1).getPresentationUs());
        }
    }

    @Test
    void realTimeKeepsTheClock() throws Exception {
        try (StreamRig rig = new StreamRig(TestConfig.USUAL, 0)) {
            long start = System.nanoTime();
            List<Frame> frames = ImmutableList.copyOf(rig.client()
                    .generateStream(
                            request(21).setFps(20).setPace(Pace.REAL_TIME).build()));
            assertEquals(21, frames.size());
            double seconds = (System.nanoTime() - start) / 1e9;
            assertTrue(seconds >= 1 && seconds < 10, "21 frames at 20 fps took " + seconds + " s");
        }
    }

    @Test
    void anImageIsInvertedAndALatentTaken() throws Exception {
        try (StreamRig rig = new StreamRig(TestConfig.USUAL, 0)) {
            Image picture =
                    Image.newBuilder().setData(ByteString.copyFromUtf8("face")).build();
            Frame inverted = rig.client()
                    .generateStream(GenerateRequest.newBuilder()
                            .setImage(picture)
                            .setFrameCount(1)
                            .build())
                    .next();
            assertEquals("[0.0, 0.0, 1.0, 41.0]", inverted.getImage().getData().toStringUtf8());
            W w0 = W.newBuilder().addAllValues(List.of(7f, 0f, 0f, 0f)).build();
            Frame given = rig.client()
                    .generateStream(GenerateRequest.newBuilder()
                            .setW0(w0)
                            .setFrameCount(1)
                            .build())
                    .next();
            assertEquals("[0.0, 0.0, 1.0, 7.0]", given.getImage().getData().toStringUtf8());
        }
    }

    /** Found by `styleinv faults`: a decoder that stops resets the calls that it has not begun to answer. */
    @Test
    void aPeerThatResetsACallIsAskedAgain() throws Exception {
        try (StreamRig rig = new StreamRig(TestConfig.USUAL, 0)) {
            Image picture =
                    Image.newBuilder().setData(ByteString.copyFromUtf8("late")).build();
            Frame frame = rig.client()
                    .generateStream(GenerateRequest.newBuilder()
                            .setImage(picture)
                            .setFrameCount(1)
                            .build())
                    .next();
            assertEquals(0, frame.getIndex());
        }
    }

    @Test
    void refusalsOfPeersReachTheClient() throws Exception {
        try (StreamRig rig = new StreamRig(TestConfig.USUAL, 0)) {
            Image bomb =
                    Image.newBuilder().setData(ByteString.copyFromUtf8("bomb")).build();
            refused(
                    rig,
                    GenerateRequest.newBuilder().setImage(bomb),
                    Status.Code.INVALID_ARGUMENT,
                    "the image is a bomb");
            Image late =
                    Image.newBuilder().setData(ByteString.copyFromUtf8("crowd")).build();
            refused(
                    rig,
                    GenerateRequest.newBuilder().setImage(late),
                    Status.Code.RESOURCE_EXHAUSTED,
                    "encoder-service has no room (too many pictures); try again in 2 s, or ask another replica");
            refused(
                    rig,
                    request(1).setVariant("oil"),
                    Status.Code.NOT_FOUND,
                    "variant \"oil\" does not exist, there are: base, sketch");
            refused(
                    rig,
                    GenerateRequest.newBuilder().setW0(W.newBuilder().addValues(1)),
                    Status.Code.INVALID_ARGUMENT,
                    "w0 has 1 values, but the model expects 4");
            StreamRig.await(() -> rig.streams.admission().taken() == 0);
        }
    }

    private static void refused(StreamRig rig, GenerateRequest.Builder request, Status.Code code, String sentence) {
        StatusRuntimeException e = assertThrows(
                StatusRuntimeException.class,
                () -> rig.client().generateStream(request.build()).next());
        assertEquals(code, e.getStatus().getCode());
        assertEquals(sentence, e.getStatus().getDescription());
    }

    @Test
    void moreStreamsThanThereIsRoomForAreRefused() throws Exception {
        try (StreamRig rig = new StreamRig(new TestConfig(8, 1, Duration.ofSeconds(1), Duration.ofSeconds(20)), 0)) {
            StreamRig.Reader<Frame> first = new StreamRig.Reader<>();
            rig.asyncClient().generateStream(request(0).build(), first);
            first.ask(1);
            StreamRig.await(() -> first.size() == 1);
            refused(
                    rig,
                    request(1),
                    Status.Code.RESOURCE_EXHAUSTED,
                    "all 1 streams of this replica are taken; try again in 2 s, or ask another replica");
            first.leave();
            StreamRig.await(() -> rig.streams.admission().taken() == 0);
            assertEquals(
                    0, rig.client().generateStream(request(1).build()).next().getIndex());
        }
    }

    @Test
    void aThousandStreamsAtOnceAreRefusedAtOnceButForThoseThereIsRoomFor() throws Exception {
        try (StreamRig rig = new StreamRig(TestConfig.USUAL, 0)) {
            List<StreamRig.Reader<Frame>> readers = new ArrayList<>();
            for (int i = 0; i < 1000; i++) {
                StreamRig.Reader<Frame> reader = new StreamRig.Reader<>();
                rig.asyncClient().generateStream(request(0).build(), reader);
                reader.ask(1);
                readers.add(reader);
            }
            int room = TestConfig.USUAL.maxStreams();
            StreamRig.await(() -> readers.stream()
                                    .filter(reader -> reader.size() == 1)
                                    .count()
                            == room
                    && readers.stream().filter(reader -> reader.failure != null).count() == 1000 - room);
            for (StreamRig.Reader<Frame> reader : readers) {
                if (reader.failure instanceof StatusRuntimeException refusal) {
                    assertEquals(
                            Status.Code.RESOURCE_EXHAUSTED, refusal.getStatus().getCode());
                    assertEquals("2000", refusal.getTrailers().get(Pushback.KEY));
                }
            }
            assertEquals(room, rig.motion.scenes.get(), "what is refused takes nothing");
            readers.forEach(StreamRig.Reader::leave);
            StreamRig.await(() -> rig.streams.admission().taken() == 0);
        }
    }

    @Test
    void anEngineThatHangsIsSaid() throws Exception {
        try (Animator animator =
                new Animator(FakeMotion::new, 4, 8, Duration.ofSeconds(10), new SimpleMeterRegistry())) {
            assertEquals("fake-motion", animator.start().digest());
            CountDownLatch hang = new CountDownLatch(1);
            CompletableFuture<Boolean> call = animator.call(motion -> {
                Uninterruptibles.awaitUninterruptibly(hang);
                return true;
            });
            StreamRig.await(() -> animator.health(Duration.ZERO)
                    .because()
                    .orElse("")
                    .startsWith("motion-engine has been at one batch"));
            hang.countDown();
            assertTrue(call.get(10, TimeUnit.SECONDS));
            StreamRig.await(() -> animator.health(Duration.ZERO).isWell());
        }
    }

    @Test
    void anEngineThatHangsSendsClientsElsewhereUntilItMoves() throws Exception {
        var impatient = new TestConfig(8, 16, Duration.ofMillis(200), Duration.ofSeconds(20), Duration.ofSeconds(1));
        try (StreamRig rig = new StreamRig(impatient, 0)) {
            assertEquals(
                    1000,
                    ImmutableList.copyOf(
                                    rig.client().generateStream(request(1000).build()))
                            .size()); // so it is known to be quick
            StreamRig.Reader<Frame> reader = new StreamRig.Reader<>();
            rig.asyncClient().generateStream(request(0).build(), reader);
            reader.ask(5);
            StreamRig.await(() -> reader.size() == 5);
            rig.motion.gate = new CountDownLatch(1);
            reader.ask(1_000_000);
            assertTrue(reader.done.await(20, TimeUnit.SECONDS));
            StatusRuntimeException failure = (StatusRuntimeException) reader.failure;
            assertEquals(Status.Code.UNAVAILABLE, failure.getStatus().getCode());
            assertTrue(
                    failure.getMessage().contains("motion-engine has been at one batch")
                            && failure.getMessage().contains("ask another replica with first_index"),
                    failure.getMessage());
            StatusRuntimeException late = assertThrows(
                    StatusRuntimeException.class,
                    () -> rig.client().generateStream(request(1).build()).next());
            assertEquals(Status.Code.UNAVAILABLE, late.getStatus().getCode());
            rig.motion.gate.countDown();
            StreamRig.await(() -> rig.streams.hindrance().isEmpty());
            assertEquals(
                    3,
                    ImmutableList.copyOf(rig.client().generateStream(request(3).build()))
                            .size());
            StreamRig.await(() -> rig.streams.admission().taken() == 0 && rig.motion.scenes.get() == 0);
        }
    }

    @Test
    void aStreamThatTheMeshHasNoRoomForIsRefusedWithAHint() throws Exception {
        try (StreamRig rig = new StreamRig(TestConfig.USUAL, 0)) {
            StreamRig.Reader<Frame> first = new StreamRig.Reader<>();
            rig.asyncClient().generateStream(request(0).setPace(Pace.REAL_TIME).build(), first);
            first.ask(1_000_000);
            StreamRig.await(() -> first.size() > 3);
            rig.decoding = false; // from here on frames do not come as fast as they are shown
            int seen = first.size();
            StreamRig.await(() -> refused(rig) != null);
            StatusRuntimeException refusal = refused(rig);
            assertEquals(Status.Code.RESOURCE_EXHAUSTED, refusal.getStatus().getCode());
            assertTrue(refusal.getMessage().contains("run late"), refusal.getMessage());
            assertEquals("2000", refusal.getTrailers().get(Pushback.KEY));
            rig.decoding = true;
            StreamRig.await(() -> first.size() > seen + 50 && refused(rig) == null);
            first.leave();
        }
    }

    /** How a short stream is refused now; null if it is not. */
    private static StatusRuntimeException refused(StreamRig rig) {
        try {
            rig.client()
                    .withDeadlineAfter(Duration.ofSeconds(2))
                    .generateLatents(request(1).build())
                    .forEachRemaining(latent -> {});
            return null;
        } catch (StatusRuntimeException e) {
            return e.getStatus().getCode() == Status.Code.RESOURCE_EXHAUSTED ? e : null;
        }
    }
}
