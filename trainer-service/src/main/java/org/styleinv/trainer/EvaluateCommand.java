package org.styleinv.trainer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.Callable;
import org.styleinv.network.Pass;
import org.styleinv.network.Weights;
import org.styleinv.network.checkpoint.ModelFolder;
import org.styleinv.network.inversion.InversionEncoder;
import org.styleinv.network.motion.StyleInV;
import org.styleinv.network.motion.TemporalStyle;
import org.styleinv.network.stylegan.Generator;
import org.styleinv.network.stylegan.Noise;
import org.styleinv.trainer.data.VideoDataset;
import org.styleinv.trainer.metric.Pixels;
import org.styleinv.trainer.metric.Statistic;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code evaluate}: figures of a served model, each with the protocol that it was taken by. */
@Command(
        name = "evaluate",
        description = "Measures a model against videos that it has not seen.",
        mixinStandardHelpOptions = true)
public final class EvaluateCommand implements Callable<Integer> {
    private static final long FAR = 100_000;

    @Option(names = "--model", required = true, paramLabel = "DIR", description = "model folder")
    Path model;

    @Option(names = "--data", required = true, paramLabel = "DIR", description = "held-out videos")
    Path data;

    @Option(names = "--samples", defaultValue = "64", description = "pictures and streams (default ${DEFAULT-VALUE})")
    int samples;

    @Option(names = "--seed", defaultValue = "0", description = "of the choice (default ${DEFAULT-VALUE})")
    long seed;

    @Option(
            names = "--pictures",
            paramLabel = "DIR",
            description = "also writes samples.png, inversions.png and streams.png there")
    Path pictures;

    @Option(names = "--json", description = "one JSON object a line")
    boolean json;

    private final NDManager root = NDManager.newBaseManager("PyTorch");
    private FrozenGenerator generator;
    private InversionEncoder encoder;
    private Weights encoderWeights;
    private StyleInV motion;
    private Weights motionWeights;

    @Override
    public Integer call() throws IOException {
        ModelFolder folder = ModelFolder.open(model);
        generator = new FrozenGenerator(new Generator(folder.architecture().generator()), folder.loadGenerator(root));
        encoder = new InversionEncoder(folder.architecture().encoder());
        encoderWeights = folder.loadEncoder(root);
        motion = new StyleInV(folder.architecture().motion());
        motionWeights = folder.loadMotion(root);
        int resolution = folder.architecture().generator().synthesis().resolution();
        try (root;
                VideoDataset videos = VideoDataset.open(data, resolution, 2, (done, all) -> {})) {
            videos.tell(System.err);
            samples();
            inversion(videos);
            streams(videos);
        }
        return 0;
    }

    /** 64 pictures from seeds, untruncated. */
    private void samples() throws IOException {
        if (pictures == null) {
            return;
        }
        try (NDManager scope = root.newSubManager()) {
            Pass pass = Pass.inference(scope, generator.weights());
            NDArray z = new Draws(seed, -1, 0).normal(scope, 64, generator.zDim());
            Pictures.grid(generator.network().forward(pass, z, 1, Noise.CONST), 8, 2, pictures.resolve("samples.png"));
        }
    }

    private void inversion(VideoDataset videos) throws IOException {
        Random random = new Random(seed);
        List<Double> psnr = new ArrayList<>();
        List<float[]> shown = new ArrayList<>();
        for (int i = 0; i < samples; i++) {
            int clip = random.nextInt(videos.clips());
            float[] x = frame(videos, clip, random.nextInt(videos.frames(clip)));
            try (NDManager scope = root.newSubManager()) {
                Pass pass = Pass.inference(scope, encoderWeights);
                NDArray w0 = encoder.forward(pass, image(scope, videos, x));
                float[] y = generator.paint(pass, w0).toFloatArray();
                psnr.add(Pixels.psnr(x, y));
                shown.add(x);
                shown.add(y);
            }
        }
        print(Statistic.of(
                "inversion_psnr_db",
                String.format(Locale.ROOT, "synthesis(E(x)) against x, %d frames of held-out videos", samples),
                psnr));
        draw(videos, shown, 16, "inversions.png");
    }

    private void streams(VideoDataset videos) throws IOException {
        long[] frames = {0, 1, 2, 8, 15, 30, 60, 150, 151, 152, FAR, FAR + 1, FAR + 2, FAR + 30};
        List<Double> first = new ArrayList<>();
        List<Double> moved = new ArrayList<>();
        List<Double> near = new ArrayList<>();
        List<Double> far = new ArrayList<>();
        List<Double> others = new ArrayList<>();
        List<Double> step = new ArrayList<>();
        List<Double> bend = new ArrayList<>();
        List<float[]> shown = new ArrayList<>();
        float[] previous = null;
        for (int i = 0; i < samples; i++) {
            try (NDManager scope = root.newSubManager()) {
                Pass pass = Pass.inference(scope, motionWeights);
                NDArray w0 = firstLatent(pass, videos, i);
                NDArray x0 = generator.paint(pass, w0);
                float[] still = x0.toFloatArray();
                List<float[]> made = video(pass, x0, w0, seed + i, frames);
                first.add(Pixels.psnr(made.get(0), still));
                moved.add(Pixels.difference(made.get(0), made.get(5)));
                near.add(Pixels.colourDistance(made.get(0), made.get(7)));
                far.add(Pixels.colourDistance(made.get(0), made.get(10)));
                if (previous != null) {
                    others.add(Pixels.colourDistance(previous, still));
                }
                previous = still;
                for (int at : new int[] {0, 7, 10}) {
                    add(step, bend, made.get(at), made.get(at + 1), made.get(at + 2));
                }
                if (i < 8) {
                    shown.addAll(made);
                }
            }
        }
        List<Double> realStep = new ArrayList<>();
        List<Double> realBend = new ArrayList<>();
        for (int clip = 0; clip < videos.clips(); clip++) {
            add(realStep, realBend, frame(videos, clip, 0), frame(videos, clip, 1), frame(videos, clip, 2));
        }
        String of = String.format(
                Locale.ROOT,
                " of %d streams, by turns from seeds and from inverted held-out frames, serving path",
                samples);
        print(Statistic.of("frame0_psnr_db", "frame 0 against synthesis(w0)" + of, first));
        print(Statistic.of("motion_1s", "mean |frame 30 - frame 0| as a share of the range" + of, moved));
        print(Statistic.of("identity_150", "colour-histogram distance of frames 0 and 150" + of, near));
        print(Statistic.of("identity_100000", "colour-histogram distance of frames 0 and 100000" + of, far));
        print(Statistic.of(
                "identity_others",
                "colour-histogram distance of different identities: the scale of the above",
                others));
        print(Statistic.of("step", "mean |frame n+1 - frame n| at n = 0, 150, 100000" + of, step));
        print(Statistic.of("step_real", "the same of held-out videos", realStep));
        print(Statistic.of("flicker", "mean |second difference| / mean |first difference| of neighbours" + of, bend));
        print(Statistic.of("flicker_real", "the same of held-out videos", realBend));
        draw(videos, shown, frames.length, "streams.png");
    }

    private NDArray firstLatent(Pass pass, VideoDataset videos, int stream) {
        if (stream % 2 == 0) {
            return generator.map(pass, new Draws(seed, stream, 7).normal(pass.scope(), 1, generator.zDim()));
        }
        float[] frame = frame(videos, stream / 2 % videos.clips(), 0);
        return encoder.forward(pass.with(encoderWeights), image(pass.scope(), videos, frame));
    }

    /** Adds how far two neighbours are apart, and how much of that the next step takes back. */
    private static void add(List<Double> step, List<Double> bend, float[] a, float[] b, float[] c) {
        float[] straight = new float[a.length];
        for (int i = 0; i < straight.length; i++) {
            straight[i] = 2 * b[i] - a[i];
        }
        double first = Pixels.difference(a, b);
        step.add(first);
        if (first > 1e-6) {
            bend.add(Pixels.difference(straight, c) / first);
        }
    }

    private List<float[]> video(Pass pass, NDArray x0, NDArray w0, long motionSeed, long[] frames) {
        TemporalStyle style = motion.style();
        int distance = style.config().anchorDistance();
        List<float[]> codes = Arrays.stream(frames)
                .mapToObj(frame ->
                        style.segment(pass, motionSeed, style.anchorAt(frame)).code(frame % distance))
                .toList();
        NDArray wt = motion.encode(pass, motion.prefix(pass, x0), style.styles(pass, w0, codes), w0);
        float[] all = generator.paint(pass, wt).toFloatArray();
        int size = all.length / frames.length;
        List<float[]> images = new ArrayList<>();
        for (int i = 0; i < frames.length; i++) {
            images.add(Arrays.copyOfRange(all, i * size, (i + 1) * size));
        }
        return images;
    }

    private static float[] frame(VideoDataset videos, int clip, int frame) {
        float[] values = new float[3 * videos.resolution() * videos.resolution()];
        videos.read(clip, frame, false, values, 0);
        return values;
    }

    private static NDArray image(NDManager scope, VideoDataset videos, float[] values) {
        return scope.create(values, new Shape(1, 3, videos.resolution(), videos.resolution()));
    }

    private void print(Statistic statistic) throws IOException {
        System.out.println(
                json
                        ? new ObjectMapper().writeValueAsString(statistic)
                        : String.format(
                                Locale.ROOT,
                                "%-18s %8.4f ± %.4f   %s",
                                statistic.metric(),
                                statistic.value(),
                                statistic.std(),
                                statistic.protocol()));
    }

    private void draw(VideoDataset videos, List<float[]> images, int columns, String name) throws IOException {
        if (pictures == null) {
            return;
        }
        int size = images.get(0).length;
        float[] all = new float[images.size() * size];
        for (int i = 0; i < images.size(); i++) {
            System.arraycopy(images.get(i), 0, all, i * size, size);
        }
        try (NDManager scope = root.newSubManager()) {
            NDArray batch = scope.create(all, new Shape(images.size(), 3, videos.resolution(), videos.resolution()));
            Pictures.grid(batch, columns, 2, pictures.resolve(name));
        }
    }
}
