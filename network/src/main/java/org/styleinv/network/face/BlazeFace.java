package org.styleinv.network.face;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/**
 * The network of BlazeFace (Bazarevsky et al. 2019) for pictures of 128 x 128, with MediaPipe's weights. Plain Java: 30
 * million products are not worth the start of an engine.
 */
final class BlazeFace {
    /** Side of what it sees. */
    static final int SIDE = 128;
    /** Values of a box: its middle and sides, then x and y of eyes, nose, mouth and ears. */
    static final int VALUES = 16;
    /** Boxes of a picture. */
    static final int BOXES = 896;

    private static final String WEIGHTS = "blazeface.f32";

    /** Channels behind the first convolution and behind each block; the minus marks blocks that halve the resolution. */
    private static final int[] BLOCKS = {24, 28, -32, 36, 42, -48, 56, 64, 72, 80, 88, -96, 96, 96, 96, 96};

    private static final int FIRST = 24;
    private static final int FINE = 11; // blocks before the finer of both grids of boxes

    private static final BlazeFace SHIPPED = read();

    private final Convolution first;
    private final Convolution[] depthwise = new Convolution[BLOCKS.length];
    private final Convolution[] pointwise = new Convolution[BLOCKS.length];
    private final Grid coarse;
    private final Grid fine;

    /** Boxes and scores of each cell of a grid, some a cell. */
    private record Grid(Convolution boxes, Convolution scores) {}

    /** Planes of one size, {@code [channels][side*side]}. */
    private record Planes(float[][] values, int side) {}

    /**
     * What is seen, unscaled.
     *
     * @param scores logits, {@code [BOXES]}: 2 for each cell of 16 x 16, row by row, then 6 of 8 x 8
     * @param boxes {@code [BOXES][VALUES]}, pixels of the 128, relative to the middle of the cell
     */
    record Seen(float[] scores, float[][] boxes) {}

    private BlazeFace(FloatBuffer weights) {
        first = new Convolution(weights, 3, FIRST, 5, 2, true);
        int in = FIRST;
        for (int i = 0; i < BLOCKS.length; i++) {
            int out = Math.abs(BLOCKS[i]);
            depthwise[i] = new Convolution(weights, 1, in, 3, BLOCKS[i] < 0 ? 2 : 1, false);
            pointwise[i] = new Convolution(weights, in, out, 1, 1, true);
            in = out;
        }
        coarse = new Grid(
                new Convolution(weights, in, 6 * VALUES, 1, 1, true), new Convolution(weights, in, 6, 1, 1, true));
        int before = Math.abs(BLOCKS[FINE - 1]);
        fine = new Grid(
                new Convolution(weights, before, 2 * VALUES, 1, 1, true),
                new Convolution(weights, before, 2, 1, 1, true));
        if (weights.hasRemaining()) {
            throw new IllegalStateException(WEIGHTS + " has " + weights.remaining() + " values too many");
        }
    }

    /** The one with the weights that come along. */
    static BlazeFace shipped() {
        return SHIPPED;
    }

    private static BlazeFace read() {
        try (InputStream file = BlazeFace.class.getResourceAsStream(WEIGHTS)) {
            if (file == null) {
                throw new IllegalStateException(WEIGHTS + " is missing from this build: run `mvn package` again");
            }
            byte[] bytes = new DataInputStream(file).readAllBytes();
            return new BlazeFace(
                    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer());
        } catch (IOException e) {
            throw new IllegalStateException(WEIGHTS + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** @param rgb interleaved, {@code [SIDE, SIDE, 3]} */
    Seen see(byte[] rgb) {
        float[][] values = new float[3][SIDE * SIDE];
        for (int i = 0; i < SIDE * SIDE; i++) {
            for (int c = 0; c < 3; c++) {
                values[c][i] = (rgb[3 * i + c] & 255) / 127.5f - 1;
            }
        }
        Planes x = rectified(first.of(new Planes(values, SIDE)));
        Planes atFine = x;
        for (int i = 0; i < BLOCKS.length; i++) {
            Planes y = pointwise[i].of(depthwise[i].of(x));
            add(y, BLOCKS[i] < 0 ? halved(x) : x);
            x = rectified(y);
            if (i == FINE - 1) {
                atFine = x;
            }
        }
        float[] scores = new float[BOXES];
        float[][] boxes = new float[BOXES][VALUES];
        int used = spread(fine, atFine, 2, scores, boxes, 0);
        spread(coarse, x, 6, scores, boxes, used);
        return new Seen(scores, boxes);
    }

    /** Writes a grid's boxes cell by cell; returns where the next begin. */
    private static int spread(Grid grid, Planes x, int each, float[] scores, float[][] boxes, int from) {
        float[][] score = grid.scores.of(x).values;
        float[][] box = grid.boxes.of(x).values;
        int at = from;
        for (int cell = 0; cell < x.side * x.side; cell++) {
            for (int k = 0; k < each; k++, at++) {
                scores[at] = score[k][cell];
                for (int v = 0; v < VALUES; v++) {
                    boxes[at][v] = box[k * VALUES + v][cell];
                }
            }
        }
        return at;
    }

    private static Planes rectified(Planes x) {
        for (float[] plane : x.values) {
            for (int i = 0; i < plane.length; i++) {
                plane[i] = Math.max(0, plane[i]);
            }
        }
        return x;
    }

    /** Adds as many channels as {@code more} has. */
    private static void add(Planes to, Planes more) {
        for (int c = 0; c < more.values.length; c++) {
            for (int i = 0; i < to.values[c].length; i++) {
                to.values[c][i] += more.values[c][i];
            }
        }
    }

    /** The largest of each 2 x 2. */
    private static Planes halved(Planes x) {
        int side = x.side / 2;
        float[][] values = new float[x.values.length][side * side];
        for (int c = 0; c < values.length; c++) {
            float[] plane = x.values[c];
            for (int i = 0; i < side * side; i++) {
                int at = i / side * 2 * x.side + i % side * 2;
                values[c][i] = Math.max(
                        Math.max(plane[at], plane[at + 1]), Math.max(plane[at + x.side], plane[at + x.side + 1]));
            }
        }
        return new Planes(values, side);
    }

    /** A convolution of a square picture to one of its size over the stride, with zeros around it as TensorFlow has them. */
    private static final class Convolution {
        private final float[][] weight; // [out][in*k*k]; in is 1 where each channel has a filter of its own
        private final float[] bias;
        private final int in;
        private final int k;
        private final int stride;

        Convolution(FloatBuffer weights, int in, int out, int k, int stride, boolean biased) {
            this.in = in;
            this.k = k;
            this.stride = stride;
            weight = new float[out][in * k * k];
            for (float[] row : weight) {
                weights.get(row);
            }
            bias = new float[out];
            if (biased) {
                weights.get(bias);
            }
        }

        Planes of(Planes x) {
            int side = x.side / stride;
            int before = (k - stride) / 2; // with stride 2 one more behind than before; with stride 1 as many
            float[][] values = new float[weight.length][side * side];
            for (int o = 0; o < values.length; o++) {
                float[] sum = values[o];
                java.util.Arrays.fill(sum, bias[o]);
                for (int i = 0; i < in; i++) {
                    float[] plane = x.values[in == 1 ? o : i];
                    for (int tap = 0; tap < k * k; tap++) {
                        add(sum, side, plane, x.side, weight[o][i * k * k + tap], tap / k - before, tap % k - before);
                    }
                }
            }
            return new Planes(values, side);
        }

        private void add(float[] sum, int side, float[] plane, int width, float by, int down, int right) {
            for (int y = 0; y < side; y++) {
                int row = y * stride + down;
                if (row < 0 || row >= width) {
                    continue;
                }
                int from = right < 0 ? (-right + stride - 1) / stride : 0;
                int to = Math.min(side, (width - right + stride - 1) / stride);
                for (int c = from; c < to; c++) {
                    sum[y * side + c] += by * plane[row * width + c * stride + right];
                }
            }
        }
    }
}
