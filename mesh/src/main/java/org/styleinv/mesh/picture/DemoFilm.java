package org.styleinv.mesh.picture;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.styleinv.proto.Encoding;
import org.styleinv.proto.GenerateRequest;
import org.styleinv.proto.W;
import org.styleinv.proto.wire.Topics;

/**
 * What the demo's video shows: frames as the model paints them, and where it has a variant the same frames again, fading into it.
 *
 * @param frames of the video
 * @param fps frames a second
 * @param all variants of the model, of which the first is shown
 */
public record DemoFilm(int frames, double fps, List<String> all) {
    private static final double USUAL_FPS = 30; // of a model that does not say how fast its videos went
    private static final double SECONDS = 10;

    public DemoFilm {
        all = List.copyOf(all);
    }

    /**
     * @param asked how many frames, null for ten seconds
     * @param fps of the model's videos, 0 where it does not say
     */
    public DemoFilm(@Nullable Integer asked, double fps, List<String> all) {
        this(asked == null ? (int) Math.round(SECONDS * rate(fps)) : (int) asked, rate(fps), all);
    }

    private static double rate(double fps) {
        return fps > 0 ? fps : USUAL_FPS;
    }

    /** What it fades into, where there is a variant, and a frame for it. */
    public Optional<String> variant() {
        return frames < 2 ? Optional.empty() : all.stream().findFirst();
    }

    /** The topics that its frames are on. */
    public List<String> topics() {
        return variant().map(variant -> List.of(Topics.BASE, variant)).orElse(List.of(Topics.BASE));
    }

    /** Frames from one picture of a film strip to the next. */
    public int every(int pictures) {
        return Math.max(1, (firstHalf() + pictures - 1) / pictures);
    }

    private int secondHalf() {
        return variant().isPresent() ? frames / 2 : 0;
    }

    private int firstHalf() {
        return frames - secondHalf();
    }

    /** A stream for each half; the second fades from a quarter to a half of its way. */
    public List<GenerateRequest> requests(List<Float> w0, long motionSeed) {
        var request = GenerateRequest.newBuilder()
                .setW0(W.newBuilder().addAllValues(w0))
                .setMotionSeed(motionSeed)
                .setFrameCount(firstHalf())
                .setFps(fps)
                .setVariant(Topics.BASE)
                .setEncoding(Encoding.RAW);
        List<GenerateRequest> requests = new ArrayList<>(List.of(request.build()));
        int quarter = Math.max(1, secondHalf() / 4);
        variant()
                .ifPresent(variant -> requests.add(request.setFrameCount(secondHalf())
                        .setVariant(String.format(Locale.ROOT, "%s,%s@%d+%d", Topics.BASE, variant, quarter, quarter))
                        .build()));
        return requests;
    }
}
