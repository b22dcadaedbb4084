package org.styleinv.mesh.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import java.util.zip.CRC32C;
import org.styleinv.decoder.engine.Decoder;
import org.styleinv.decoder.engine.NetworkDecoder;
import org.styleinv.motion.engine.MotionModel;
import org.styleinv.motion.engine.MotionModel.Scene;
import org.styleinv.motion.engine.MotionModel.Step;
import org.styleinv.motion.engine.NetworkMotion;
import org.styleinv.network.ComputeDevice;
import org.styleinv.network.checkpoint.ModelFolder;
import org.styleinv.network.stylegan.Noise;
import org.styleinv.proto.wire.Topics;

/**
 * The services' engines without a mesh: one stream after another, latents on a thread of their own and pixels on the
 * caller's, as in a mesh, but without gRPC or Kafka. What a mesh costs is the difference; what comes out is the same, to
 * the bit on a CPU.
 */
public final class InProcess implements AutoCloseable {
    private static final int CHUNK = 16; // frames that are made together
    private static final int AHEAD = 4; // chunks of latents made while others are painted

    private final ExecutorService mover = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "bench-mover");
        thread.setDaemon(true);
        return thread;
    });
    private final Decoder decoder;
    private final MotionModel motion;

    public InProcess(ModelFolder model) throws IOException {
        if (model.architecture().motion() == null) {
            throw new IOException(model.folder() + " has no motion, so it makes no streams: name another with --model");
        }
        Path folder = model.folder();
        decoder = NetworkDecoder.load(folder);
        motion = NetworkMotion.load(folder);
    }

    /** Pixels a side. */
    public int resolution() {
        return motion.resolution();
    }

    /** The engine's device, {@code cpu} or {@code gpu}. */
    public String device() {
        return ComputeDevice.chosen().getDeviceType();
    }

    /** What viewer {@code number} of a mesh would see of a variant from frame {@code first} on. */
    Viewing view(int number, long first, int frames, String variant) throws InterruptedException, ExecutionException {
        long asked = System.nanoTime();
        var came = new long[frames];
        var check = new CRC32C();
        float[] w0 = decoder.map(decoder.z(number), 1);
        float[] x0 = decoder.synthesize(Topics.BASE, Noise.CONST, w0);
        Scene scene = mover.submit(() -> motion.begin(w0, x0, number)).get();
        try {
            Deque<Future<List<float[]>>> ahead = new ArrayDeque<>();
            int asking = 0;
            int done = 0;
            while (done < frames) {
                for (; asking < frames && ahead.size() < AHEAD; asking += CHUNK) {
                    List<Step> steps = LongStream.range(first + asking, first + Math.min(frames, asking + CHUNK))
                            .mapToObj(index -> new Step(scene, index, 1))
                            .toList();
                    ahead.add(mover.submit(() -> motion.latents(steps)));
                }
                List<byte[]> painted =
                        decoder.paint(variant, Noise.CONST, ahead.remove().get());
                painted.forEach(check::update);
                Arrays.fill(came, done, done + painted.size(), System.nanoTime());
                done += painted.size();
            }
        } finally {
            mover.submit(() -> motion.end(scene)).get();
        }
        return new Viewing(asked, came, "", check.getValue());
    }

    @Override
    public void close() {
        mover.shutdownNow();
        motion.close();
        decoder.close();
    }
}
