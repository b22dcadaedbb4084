package org.styleinv.decoder;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.styleinv.network.stylegan.Noise;

/** Paints 2x2 frames of one grey, {@code w[0]}; w[1] = 13 makes it throw. */
final class FakeDecoder implements Decoder {
    final List<Integer> batches = new ArrayList<>(); // guarded by itself
    /** Permits to paint; a test that takes them stops the engine. */
    final Semaphore gate = new Semaphore(1_000_000);

    volatile boolean closed;

    @Override
    public List<Variant> variants() {
        return List.of(new Variant("base", "digest-base", 2, 3), new Variant("sketch", "digest-sketch", 2, 3));
    }

    @Override
    public int zDim() {
        return 2;
    }

    @Override
    public float[] z(long seed) {
        return new float[] {seed, 1};
    }

    @Override
    public float[] map(float[] z, double truncationPsi) {
        return new float[] {z[0], z[1], (float) truncationPsi};
    }

    @Override
    public List<byte[]> paint(String variant, Noise noise, List<float[]> ws) {
        gate.acquireUninterruptibly();
        if (ws.stream().anyMatch(w -> w[1] == 13)) {
            throw new IllegalStateException("the engine chokes");
        }
        synchronized (batches) {
            batches.add(ws.size());
        }
        return ws.stream()
                .map(w -> {
                    byte[] rgb = new byte[12];
                    java.util.Arrays.fill(rgb, (byte) w[0]);
                    return rgb;
                })
                .toList();
    }

    @Override
    public float[] synthesize(String variant, Noise noise, float[] w) {
        return new float[12];
    }

    @Override
    public void close() {
        closed = true;
    }
}
