package org.styleinv.decoder.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.styleinv.network.stylegan.Noise;

/** Paints 2x2 frames of one grey, {@code w[0]}, the variant "oil" 100 more. */
public final class FakeDecoder implements Decoder {
    public final List<Integer> batches = new ArrayList<>(); // guarded by itself
    /** Permits to paint; a test that takes them stops the engine. */
    public final Semaphore gate = new Semaphore(1_000_000);
    /** Permits to fetch a batch from the device. */
    public final Semaphore landing = new Semaphore(1_000_000);

    /** Batches that were begun and not yet closed. */
    public final AtomicInteger open = new AtomicInteger();

    public volatile boolean closed;
    /** What fetching throws. */
    public volatile @Nullable Error fatal;
    /** Whether it fails whatever it is given, as an engine does whose device is lost. */
    public volatile boolean ruined;

    private final int green;
    private final List<Variant> variants;

    /** In {@code w[1]}: the engine fails. */
    public static final float CHOKES = 13;

    /** In {@code w[1]}: its picture is not finite. */
    public static final float NO_PICTURE = 14;

    public FakeDecoder() {
        this(0, "", "base", "sketch");
    }

    /**
     * One that can be told from others.
     *
     * @param green of every pixel, in place of its grey; 0 for grey
     * @param mark ends its digests
     */
    public FakeDecoder(int green, String mark, String... variants) {
        this.green = green;
        this.variants = List.of(variants).stream()
                .map(name -> new Variant(name, "digest-" + name + mark, 2, 3))
                .toList();
    }

    @Override
    public List<Variant> variants() {
        return variants;
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
    public double distance(float[] w) {
        return Math.abs((double) w[0]) / 100;
    }

    /** It knows at once what it cannot paint, but finds only in the pixels that they are none, as a GPU does. */
    @Override
    public Painting begin(String variant, Noise noise, List<Styles> styles) {
        List<float[]> ws = styles.stream().map(Styles::coarse).toList();
        gate.acquireUninterruptibly();
        if (closed) {
            throw new IllegalStateException("a closed model was asked to paint");
        }
        if (ruined) {
            throw new IllegalStateException("the device is lost");
        }
        if (ws.stream().anyMatch(w -> w[1] == CHOKES)) {
            throw new IllegalStateException("the engine chokes");
        }
        synchronized (batches) {
            batches.add(ws.size());
        }
        return new Frames(ws, variant.equals("oil") ? 100 : 0);
    }

    /** Frames that are on their way; a test that takes the permits of {@link #landing} holds them up. */
    private final class Frames implements Painting {
        private final List<float[]> ws;
        private final int lighter;

        Frames(List<float[]> ws, int lighter) {
            this.ws = ws;
            this.lighter = lighter;
            open.incrementAndGet();
        }

        @Override
        public List<byte[]> pixels() {
            landing.acquireUninterruptibly();
            if (fatal != null) {
                throw fatal;
            }
            if (ws.stream().anyMatch(w -> w[1] == NO_PICTURE)) {
                throw new NotFinite("the picture is not finite");
            }
            return ws.stream()
                    .map(w -> {
                        byte[] rgb = new byte[12];
                        Arrays.fill(rgb, (byte) (w[0] + lighter));
                        for (int i = 1; green != 0 && i < rgb.length; i += 3) {
                            rgb[i] = (byte) green;
                        }
                        return rgb;
                    })
                    .toList();
        }

        @Override
        public void close() {
            open.decrementAndGet();
        }
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
