package org.styleinv.network.parity.compare;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.styleinv.network.Pass;
import org.styleinv.network.Weights;
import org.styleinv.network.motion.StyleInV;
import org.styleinv.network.motion.TemporalStyle;
import org.styleinv.network.motion.TimeEncoder;
import org.styleinv.network.motion.UnawareMotion;
import org.styleinv.network.parity.check.Checks;
import org.styleinv.network.parity.check.Tolerance;
import org.styleinv.network.parity.check.Views;
import org.styleinv.network.parity.fixture.FixtureSet;
import org.styleinv.network.parity.fixture.Npz;
import org.styleinv.network.parity.fixture.Sizes;
import org.styleinv.network.stylegan.Generator;
import org.styleinv.network.stylegan.Noise;

/**
 * Motion: anchors, time, temporal style and modulated encoder, each on both ways that there are, for whole trajectories and
 * from one segment alone.
 */
public final class StyleInVComparer implements Comparer {
    static final String FILE = "styleinv.npz";
    public static final String WEIGHTS = "styleinv_weights.npz";
    private static final String UNAWARE_WEIGHTS = "noffa_weights.npz";
    private static final Pattern BLOCK = Pattern.compile("adain(\\d+)_out_frame(\\d+)");
    private static final Pattern PAINTED = Pattern.compile("frames_img_down(\\d+)");
    private static final String SEGMENTS = " by segments";

    @Override
    public String name() {
        return "styleinv";
    }

    @Override
    public List<String> files() {
        return List.of(FILE, UNAWARE_WEIGHTS);
    }

    @Override
    public List<String> companions() {
        return List.of(WEIGHTS);
    }

    /** Frames of a training clip: times are in frames and, divided by one less, in [0, 1]. */
    private static int clipLength(Npz golden) {
        double[] frames = golden.get("Tidx").values();
        double[] ts = golden.get("Ts").values();
        int last = 0;
        for (int i = 0; i < frames.length; i++) {
            last = frames[i] > frames[last] ? i : last;
        }
        return 1 + (int) Math.round(frames[last] / ts[last]);
    }

    private static int anchorDistance(Npz golden) {
        return (int) Math.round(
                golden.get("u.t_right").values()[0] - golden.get("u.t_left").values()[0]);
    }

    /** The motion generator of the weights file, whose sizes of time stand in {@code styleinv.npz}. */
    public static StyleInV network(FixtureSet set) throws IOException {
        Npz golden = set.npz(FILE);
        Npz weights = set.npz(WEIGHTS);
        Sizes sizes = Sizes.of(weights);
        double[] rates =
                weights.get("mapping.motion_encoder.time_encoder.freqs").values();
        return new StyleInV(new StyleInV.Config(
                sizes.backbone("encoder."),
                sizes.temporalStyle("mapping.", clipLength(golden), anchorDistance(golden), rates)));
    }

    @Override
    public void compare(FixtureSet set, NDManager manager, Checks checks) throws IOException {
        Npz golden = set.npz(FILE);
        StyleInV network = network(set);
        Weights weights = set.weights(manager, network, WEIGHTS);
        checks.compareComputed(set.npz(WEIGHTS), network, "freqs", "phase_scales");
        Case given = new Case(golden, checks, network, Pass.inference(manager, weights));
        given.time();
        NDArray codes = given.encode();
        for (String array : golden.names()) {
            Matcher painted = PAINTED.matcher(array);
            if (painted.matches()) {
                paint(set, manager, checks, array, codes);
            }
        }
        given.beyond();
        if (golden.has("noffa_motion_v")) {
            unaware(set, manager, checks, network.config().style());
        }
    }

    private static void paint(FixtureSet set, NDManager manager, Checks checks, String array, NDArray codes)
            throws IOException {
        Npz golden = set.npz(FILE);
        Generator generator =
                new Generator(Sizes.of(set.npz(GeneratorComparer.WEIGHTS)).generator());
        Pass pass = Pass.inference(manager, set.weights(manager, generator, GeneratorComparer.WEIGHTS));
        NDArray frames = generator.synthesis().forward(pass, codes, Noise.CONST);
        checks.compare(golden, array, Views.pooled(frames, golden.get(array).side(2)), Tolerance.NETWORK);
    }

    private static void unaware(FixtureSet set, NDManager manager, Checks checks, TemporalStyle.Config config)
            throws IOException {
        Npz golden = set.npz(FILE);
        Npz.Array z = golden.get("noffa_motion_z");
        UnawareMotion motion = new UnawareMotion("", config);
        checks.compareComputed(set.npz(UNAWARE_WEIGHTS), motion, "freqs", "phase_scales");
        Pass pass = Pass.inference(manager, set.weights(manager, motion, UNAWARE_WEIGHTS));
        NDArray ts = golden.in(manager, "Ts").squeeze(2);
        checks.compare(golden, "noffa_motion_v", motion.codes(pass, z.in(manager), ts), Tolerance.ELEMENTWISE);
    }

    /** The networks and inputs of one file. */
    private record Case(Npz golden, Checks checks, StyleInV network, Pass pass) {
        private NDArray in(String array) {
            return golden.in(pass.scope(), array);
        }

        private NDArray timestamps(String array) {
            return in(array).squeeze(2);
        }

        private TemporalStyle style() {
            return network.style();
        }

        /** Frame of each timestamp as float32 gives it. */
        private static double[] frames(Npz.Array ts, int clipLength) {
            double[] frames = new double[ts.values().length];
            for (int i = 0; i < frames.length; i++) {
                frames[i] = (float) ts.values()[i] * (clipLength - 1f);
            }
            return frames;
        }

        /** Timestamps, anchors, and the codes of time. */
        private void time() {
            int clipLength = style().config().clipLength();
            double[] frames = golden.get("frames").values();
            double[] ts = new double[golden.get("Ts").values().length];
            for (int i = 0; i < ts.length; i++) {
                ts[i] = (float) (frames[i % frames.length] / (clipLength - 1));
            }
            checks.compare(golden, "Ts", "", ts, Tolerance.ELEMENTWISE);
            double last = java.util.Arrays.stream(frames).max().orElse(0);
            checks.compare(
                    golden, "traj_len", "", new double[] {style().config().anchors(last)}, 0);

            NDArray u = style().anchors(pass, in("motion_z"));
            TimeEncoder.Place at = style().time().place(pass, u, timestamps("Ts"));
            checks.compare(golden, "Tidx", at.frame(), Tolerance.ELEMENTWISE);
            checks.compare(golden, "u.motion_u_left", at.uLeft(), Tolerance.ELEMENTWISE);
            checks.compare(golden, "u.motion_u_right", at.uRight(), Tolerance.ELEMENTWISE);
            checks.compare(golden, "u.t_left", at.left(), Tolerance.ELEMENTWISE);
            checks.compare(golden, "u.t_right", at.right(), Tolerance.ELEMENTWISE);
            checks.compare(golden, "u.interp_weights", at.share(), Tolerance.ELEMENTWISE);
            NDArray between = at.uLeft().add(at.uRight().sub(at.uLeft()).mul(at.share()));
            checks.compare(golden, "u.motion_u", between, Tolerance.ELEMENTWISE);
            checks.compare(golden, "motion_v", style().time().codes(pass, at), Tolerance.ELEMENTWISE);
            NDArray segments = new Segments(style(), pass).codes(in("motion_z"), frames(golden.get("Ts"), clipLength));
            checks.compare(golden, "motion_v", SEGMENTS, segments, Tolerance.ELEMENTWISE);
            checks.compare(
                    golden,
                    "styles",
                    style().sequence(pass, in("wc"), in("motion_z"), timestamps("Ts")),
                    Tolerance.ELEMENTWISE);
        }

        /** Latents, and what the encoder passes on the way. */
        private NDArray encode() {
            NDArray image = in("img");
            NDArray wc = in("wc");
            NDArray codes = network.forward(pass, image, wc, in("motion_z"), timestamps("Ts"));
            checks.compare(golden, "codes", codes, Tolerance.NETWORK);
            compareSegments("codes", "motion_z", "Ts");
            long times = golden.get("Ts").shape()[1];
            NDArray still = network.encodeStill(pass, image, wc).tile(new long[] {times, 1});
            checks.compare(golden, "codes_ignore_adain", still, Tolerance.NETWORK);
            for (String array : golden.names()) {
                Matcher block = BLOCK.matcher(array);
                if (block.matches()) {
                    long frame = Long.parseLong(block.group(2));
                    long n = wc.getShape().get(0);
                    NDArray styles = in("styles").get(frame * n + ":" + (frame + 1) * n);
                    NDArray features = network.modulated(pass, network.prefix(pass, image), styles)
                            .get(Integer.parseInt(block.group(1)));
                    checks.compare(
                            golden,
                            array,
                            Views.strided(features, golden.get(array).shape()),
                            Tolerance.NETWORK);
                }
            }
            return codes;
        }

        /** Times beyond the training clip. */
        private void beyond() {
            if (!golden.names().containsAll(Set.of("long_Ts", "long_motion_z", "long_codes"))) {
                return;
            }
            double last = java.util.Arrays.stream(
                            frames(golden.get("long_Ts"), style().config().clipLength()))
                    .max()
                    .orElse(0);
            checks.compare(
                    golden, "long_traj_len", "", new double[] {style().config().anchors(last)}, 0);
            NDArray codes = network.forward(pass, in("img"), in("wc"), in("long_motion_z"), timestamps("long_Ts"));
            checks.compare(golden, "long_codes", codes, Tolerance.NETWORK);
            compareSegments("long_codes", "long_motion_z", "long_Ts");
        }

        private void compareSegments(String codes, String noise, String ts) {
            double[] frames = frames(golden.get(ts), style().config().clipLength());
            NDArray latents = new Segments(style(), pass).latents(network, in("img"), in("wc"), in(noise), frames);
            checks.compare(golden, codes, SEGMENTS, latents, Tolerance.NETWORK);
        }
    }
}
