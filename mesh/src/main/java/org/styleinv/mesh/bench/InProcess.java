package org.styleinv.mesh.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import java.util.zip.CRC32C;
import org.styleinv.network.FixedBatch;
import org.styleinv.network.Pass;
import org.styleinv.network.Script;
import org.styleinv.network.Weights;
import org.styleinv.network.checkpoint.ModelFolder;
import org.styleinv.network.motion.MotionNoise;
import org.styleinv.network.motion.MotionSegment;
import org.styleinv.network.motion.StyleInV;
import org.styleinv.network.stylegan.Generator;
import org.styleinv.network.stylegan.Noise;

/**
 * The same model without a mesh: one stream after another, latents on a thread of their own and pixels on the caller's, as in
 * a mesh, but without gRPC or Kafka. What a mesh costs is the difference; what comes out is the same, to the bit on a CPU.
 */
public final class InProcess implements AutoCloseable {
    private static final Script CAT = Script.of("xs: List[Tensor] -> Tensor", "return torch.cat(xs, 0)");
    private static final Script TO_BYTES = Script.of(
            "x: Tensor -> Tensor",
            "y = torch.clamp(torch.add(torch.mul(x, 127.5), 128.), 0., 255.)",
            "return torch.contiguous(torch.to(torch.permute(y, [0, 2, 3, 1]), 0))");

    private static final int AHEAD = 4; // batches of latents made while others are painted

    private final ExecutorService mover = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "bench-mover");
        thread.setDaemon(true);
        return thread;
    });
    private final NDManager manager = NDManager.newBaseManager("PyTorch");
    private final Generator generator;
    private final StyleInV motion;
    private final Weights painter;
    private final Weights animator;
    private final FixedBatch least;
    private final FixedBatch batches;
    private final int resolution;

    public InProcess(ModelFolder model) throws IOException {
        if (model.architecture().motion() == null) {
            throw new IOException(model.folder() + " has no motion, so it makes no streams: name another with --model");
        }
        generator = new Generator(model.architecture().generator());
        motion = new StyleInV(model.architecture().motion());
        painter = model.loadGenerator(manager);
        animator = model.loadMotion(manager);
        resolution = generator.synthesis().config().resolution();
        least = FixedBatch.of(manager.getDevice(), resolution);
        try (NDManager stream = manager.newSubManager()) {
            Scene scene = begin(stream, 0);
            batches = least.tried(row -> (long) row, indexes -> images(latents(scene, indexes)));
        }
    }

    /** Pixels a side. */
    public int resolution() {
        return resolution;
    }

    /** The engine's device, {@code cpu} or {@code gpu}. */
    public String device() {
        return manager.getDevice().getDeviceType();
    }

    /** What viewer {@code number} of a mesh would see. */
    public Viewing view(int number, int frames) throws InterruptedException, ExecutionException {
        long asked = System.nanoTime();
        var came = new long[frames];
        var check = new CRC32C();
        List<FixedBatch.Part<Long>> parts =
                batches.parts(LongStream.range(0, frames).boxed().toList());
        try (NDManager stream = manager.newSubManager()) {
            Scene scene = begin(stream, number);
            Deque<Future<List<float[]>>> ahead = new ArrayDeque<>();
            int asking = 0;
            int done = 0;
            for (FixedBatch.Part<Long> part : parts) {
                for (; asking < parts.size() && ahead.size() < AHEAD; asking++) {
                    List<Long> indexes = parts.get(asking).rows();
                    ahead.add(mover.submit(() -> latents(scene, indexes)));
                }
                byte[] pixels = pixels(ahead.remove().get());
                check.update(pixels, 0, pixels.length / part.rows().size() * part.count());
                Arrays.fill(came, done, done + part.count(), System.nanoTime());
                done += part.count();
            }
        }
        return new Viewing(asked, came, "", check.getValue());
    }

    private static final class Scene {
        private NDArray w0;
        private NDArray features;
        private MotionSegment segment; // the last one used
        private long seed;
    }

    private Scene begin(NDManager stream, int number) {
        var scene = new Scene();
        try (NDManager temporary = stream.newSubManager()) {
            Pass pass = Pass.inference(temporary, painter);
            int zDim = generator.config().zDim();
            NDArray z = temporary.create(MotionNoise.anchor(number, 0, zDim), new Shape(1, zDim));
            float[] w0 = generator.mapping().forward(pass, z).toFloatArray();
            List<float[]> rows = least.parts(List.of(w0)).get(0).rows();
            float[] image = paint(pass, rows).toFloatArray();
            NDArray x0 = temporary.create(
                    Arrays.copyOf(image, image.length / rows.size()), new Shape(1, 3, resolution, resolution));
            scene.seed = number;
            scene.w0 = stream.create(w0, new Shape(1, w0.length));
            scene.features = motion.prefix(Pass.inference(temporary, animator), x0);
            scene.features.detach();
            scene.features.attach(stream);
        }
        return scene;
    }

    private List<float[]> latents(Scene scene, List<Long> indexes) {
        try (NDManager scope = manager.newSubManager()) {
            Pass pass = Pass.inference(scope, animator);
            int distance = motion.config().style().anchorDistance();
            List<float[]> codes = new ArrayList<>();
            for (long index : indexes) {
                long anchor = index / distance;
                if (scene.segment == null || scene.segment.anchor() != anchor) {
                    scene.segment = motion.style().segment(pass, scene.seed, anchor);
                }
                codes.add(scene.segment.code(index % distance));
            }
            NDArray w0 = copies(pass, scene.w0, indexes.size());
            NDArray styles = motion.style().styles(pass, w0, codes);
            float[] values = motion.encode(pass, copies(pass, scene.features, indexes.size()), styles, w0)
                    .toFloatArray();
            List<float[]> latents = new ArrayList<>();
            int width = values.length / indexes.size();
            for (int i = 0; i < indexes.size(); i++) {
                latents.add(Arrays.copyOfRange(values, i * width, (i + 1) * width));
            }
            return latents;
        }
    }

    private float[] images(List<float[]> latents) {
        try (NDManager scope = manager.newSubManager()) {
            return paint(Pass.inference(scope, painter), latents).toFloatArray();
        }
    }

    /** Interleaved RGB of frames. */
    private byte[] pixels(List<float[]> latents) {
        try (NDManager scope = manager.newSubManager()) {
            Pass pass = Pass.inference(scope, painter);
            return TO_BYTES.call(pass, paint(pass, latents)).toByteArray();
        }
    }

    /** One after another, as a mesh joins rows of several streams: the memory's layout decides the last bits, too. */
    private static NDArray copies(Pass pass, NDArray row, int count) {
        return count == 1
                ? row
                : CAT.callWithList(pass, Collections.nCopies(count, row)).get(0);
    }

    private NDArray paint(Pass pass, List<float[]> latents) {
        int width = latents.get(0).length;
        var values = new float[latents.size() * width];
        for (int i = 0; i < latents.size(); i++) {
            System.arraycopy(latents.get(i), 0, values, i * width, width);
        }
        return generator
                .synthesis()
                .forward(pass, pass.scope().create(values, new Shape(latents.size(), width)), Noise.CONST);
    }

    @Override
    public void close() {
        mover.shutdownNow();
        manager.close();
    }
}
