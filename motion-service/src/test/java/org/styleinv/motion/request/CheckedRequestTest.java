package org.styleinv.motion.request;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.util.Collections;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.styleinv.proto.Edit;
import org.styleinv.proto.Encoding;
import org.styleinv.proto.GenerateRequest;
import org.styleinv.proto.Image;
import org.styleinv.proto.Mix;
import org.styleinv.proto.Noise;
import org.styleinv.proto.W;

class CheckedRequestTest {
    private static Arguments bad(String names, UnaryOperator<GenerateRequest.Builder> change) {
        return Arguments.of(names, change);
    }

    private static Edit edit(String direction, String strength) {
        return Edit.newBuilder().setDirection(direction).setStrength(strength).build();
    }

    static Stream<Arguments> refused() {
        return Stream.of(
                bad("source is not set", GenerateRequest.Builder::clearSeed),
                bad("image.data has no bytes", b -> b.setImage(Image.getDefaultInstance())),
                bad(
                        "w0[1] must be finite, got NaN",
                        b -> b.setW0(W.newBuilder().addValues(0).addValues(Float.NaN))),
                bad("first_index must be from 0 to 2^53, got -1", b -> b.setFirstIndex(-1)),
                bad("first_index must be from 0 to 2^53", b -> b.setFirstIndex(Long.MAX_VALUE)),
                bad("frame_count must be 0 for a stream without end, or more, got -5", b -> b.setFrameCount(-5)),
                bad("frame_count must end at index 276701161105642", b -> b.setFrameCount(Long.MAX_VALUE)),
                bad(
                        "frame_count must be at most 11",
                        b -> b.setFirstIndex(10).setTimeStep(-1).setFrameCount(12)),
                bad("fps must be from 0.001 to 1000", b -> b.setFps(-1)),
                bad("fps must be from 0.001 to 1000", b -> b.setFps(Double.NaN)),
                bad("fps must be from 0.001 to 1000", b -> b.setFps(1e9)),
                bad("time_step must be from 2^-20 to 1024", b -> b.setTimeStep(0)),
                bad("time_step must be from 2^-20 to 1024", b -> b.setTimeStep(Double.NaN)),
                bad("time_step must be from 2^-20 to 1024", b -> b.setTimeStep(Double.NEGATIVE_INFINITY)),
                bad("motion_stride must be from 0 to 16, got 17", b -> b.setMotionStride(17)),
                bad("motion_stride must be from 0 to 16, got -1", b -> b.setMotionStride(-1)),
                bad("truncation_psi must be from -2 to 2, got NaN", b -> b.setTruncationPsi(Double.NaN)),
                bad("truncation_psi must be from -2 to 2, got 3.0", b -> b.setTruncationPsi(3)),
                bad("truncation_psi is for a seed", b -> b.setW0(W.newBuilder().addValues(0))
                        .setTruncationPsi(0.7)),
                bad("variant \"../x\" cannot name a variant", b -> b.setVariant("../x")),
                bad("variant \"sketch@x\" is no turn of a schedule", b -> b.setVariant("base,sketch@x")),
                bad(
                        "variant \"base@9\" begins at frame 9, but the part before it is complete at 11",
                        b -> b.setVariant("base,sketch@1+10,base@9")),
                bad(
                        "noise.mode 9 is unknown",
                        b -> b.setNoise(Noise.newBuilder().setModeValue(9))),
                bad(
                        "strength \"much\" of direction \"smile\" must be a number",
                        b -> b.addEdits(edit("smile", "much"))),
                bad(
                        "strength \"11\" of direction \"smile\" must be a number from -10 to 10",
                        b -> b.addEdits(edit("smile", "11"))),
                bad("strength \"\" of direction \"\"", b -> b.addEdits(Edit.getDefaultInstance())),
                bad("edits has direction \"smile\" twice", b -> b.addEdits(edit("smile", "1"))
                        .addEdits(edit("smile", "2"))),
                bad("edits has 9 entries, at most 8", b -> {
                    for (int i = 0; i < 9; i++) {
                        b.addEdits(edit("d" + i, "1"));
                    }
                    return b;
                }),
                bad("mix.face is not set", b -> b.setMix(Mix.newBuilder().setFromResolution(8))),
                bad(
                        "mix.from_resolution must be 8, 16",
                        b -> b.setMix(Mix.newBuilder().setSeed(1))),
                bad(
                        "mix.from_resolution must be 8, 16",
                        b -> b.setMix(Mix.newBuilder().setSeed(1).setFromResolution(4))),
                bad(
                        "mix.from_resolution must be 8, 16",
                        b -> b.setMix(Mix.newBuilder().setSeed(1).setFromResolution(24))),
                bad(
                        "mix.from_resolution must be 8, 16",
                        b -> b.setMix(Mix.newBuilder().setSeed(1).setFromResolution(Integer.MIN_VALUE))),
                bad(
                        "mix.w0[1] must be finite, got NaN",
                        b -> b.setMix(Mix.newBuilder()
                                .setW0(W.newBuilder().addValues(0).addValues(Float.NaN))
                                .setFromResolution(8))),
                bad("encoding 77 cannot store a frame", b -> b.setEncodingValue(77)),
                bad("encoding 4 cannot store a frame", b -> b.setEncoding(Encoding.FLOAT32)),
                bad("pace 5 is unknown", b -> b.setPaceValue(5)));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void namesTheFieldWhatItGotAndWhatItWants(String sentence, UnaryOperator<GenerateRequest.Builder> change) {
        GenerateRequest request =
                change.apply(GenerateRequest.newBuilder().setSeed(1)).build();
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> CheckedRequest.of(request));
        assertTrue(e.getMessage().startsWith(sentence), e.getMessage());
    }

    /** They are looked at on the thread that serves all clients. */
    @Test
    void aMillionValuesCostNoSentenceEach() {
        GenerateRequest request = GenerateRequest.newBuilder()
                .setW0(W.newBuilder().addAllValues(Collections.nCopies(1_000_000, 0f)))
                .build();
        CheckedRequest.of(request); // loads classes
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        CheckedRequest.of(request);
        long taken = threads.getCurrentThreadAllocatedBytes() - before;
        assertTrue(taken < 1_000_000, taken + " bytes");
    }

    @Test
    void defaultsAreThirtyFramesASecondOfTheBaseForEver() {
        CheckedRequest plan =
                CheckedRequest.of(GenerateRequest.newBuilder().setSeed(0).build());
        assertEquals(276_701_161_105_643L, plan.total(), "as long as there are microseconds");
        assertEquals(30, plan.fps());
        assertEquals(1, plan.timeStep());
        assertEquals("base", plan.variant());
        assertEquals(Encoding.PNG, plan.encoding());
        assertEquals(1_000_000, plan.range().presentationUs(30));
    }

    @Test
    void backwardsEndsAtIndexZero() {
        CheckedRequest plan = CheckedRequest.of(GenerateRequest.newBuilder()
                .setSeed(0)
                .setFirstIndex(3)
                .setTimeStep(-2)
                .build());
        assertEquals(4, plan.total());
        assertEquals(0, plan.index(3));
        assertEquals(3, plan.place(0));
        assertEquals(2, plan.timeStep());
    }
}
