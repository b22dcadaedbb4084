package org.styleinv.trainer.evaluate;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.styleinv.network.ComputeDevice;
import org.styleinv.network.Pass;
import org.styleinv.network.Weights;
import org.styleinv.network.file.FileRefused;
import org.styleinv.network.file.RegularFile;
import org.styleinv.network.inversion.IdentityEmbedding;
import org.styleinv.trainer.evaluate.film.Film;
import org.styleinv.trainer.state.RunRecord;

/** Who is seen, as {@code train embedding} learnt it: a folder with {@code embedding.json} and its weights. */
public final class Embedder implements AutoCloseable {
    private static final String RECORD = "embedding.json";
    private static final String WEIGHTS = "embedding.safetensors";
    private static final String FORMAT = "styleinv-embedding/1";
    private static final int PART = 64;
    private static final ObjectMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private final NDManager root = ComputeDevice.manager();
    private final IdentityEmbedding.Config config;
    private final IdentityEmbedding network;
    private final Weights weights;
    private final String digest;

    /**
     * {@code embedding.json}.
     *
     * @param clips that it was trained on, each one person
     * @param kimg thousands of pictures that it was shown
     * @param sha256 of the weights' file, in hex
     */
    record Card(String format, IdentityEmbedding.Config network, int clips, double kimg, String sha256) {}

    private Embedder(Card card, Path file) throws IOException {
        config = card.network();
        network = new IdentityEmbedding(config);
        digest = card.sha256();
        weights = Weights.load(root, file, network);
    }

    /** Writes an embedding, its record last. */
    public static void write(Path folder, IdentityEmbedding.Config network, Weights weights, int clips, double kimg)
            throws IOException {
        Path file = folder.resolve(WEIGHTS);
        weights.save(file);
        Card card = new Card(FORMAT, network, clips, kimg, Digests.of(file));
        RunRecord.replace(folder.resolve(RECORD), JSON.writeValueAsBytes(card));
    }

    /** Whether there is an embedding in {@code folder}. */
    public static boolean isIn(Path folder) {
        return Files.exists(folder.resolve(RECORD));
    }

    /** @throws FileRefused where there is none, or it is damaged */
    public static Embedder open(Path folder) throws IOException {
        Path record = folder.resolve(RECORD);
        if (!Files.exists(record)) {
            throw new FileRefused(
                    record + " is missing: name the run of `styleinv train embedding` that has come to its end");
        }
        Card card;
        try {
            card = JSON.readValue(RegularFile.bytes(record), Card.class);
        } catch (JsonProcessingException e) {
            throw new FileRefused(record + " is not the record of an embedding: " + e.getOriginalMessage(), e);
        }
        if (card == null) {
            throw new FileRefused(record + " is not the record of an embedding: it is null");
        }
        Path file = folder.resolve(WEIGHTS);
        if (!FORMAT.equals(card.format()) || card.network() == null) {
            throw new FileRefused(record + " has format " + card.format() + ", but this program reads " + FORMAT);
        }
        if (!Files.exists(file) || !Digests.of(file).equals(card.sha256())) {
            throw new FileRefused(file + " is not what " + record + " says: it is missing, damaged or was replaced");
        }
        return new Embedder(card, file);
    }

    /** SHA-256 of the weights, in hex. */
    public String digest() {
        return digest;
    }

    public int width() {
        return config.width();
    }

    /**
     * Where pictures point to.
     *
     * @param frames planar RGB in [-1, 1]
     * @param resolution of these, at least the embedding's own
     * @return {@code [frames][width]}, each row of length 1
     */
    public float[][] embed(float[][] frames, int resolution) {
        int side = config.resolution();
        if (resolution < side) {
            throw new IllegalArgumentException("the embedding looks at pictures of " + side + " pixels a side, got "
                    + resolution + ": train one with a lower --resolution");
        }
        float[][] embedded = new float[frames.length][width()];
        for (int from = 0; from < frames.length; from += PART) {
            int part = Math.min(PART, frames.length - from);
            float[] values = new float[part * 3 * side * side];
            for (int i = 0; i < part; i++) {
                float[] small = Film.small(frames[from + i], resolution, side);
                System.arraycopy(small, 0, values, i * small.length, small.length);
            }
            try (NDManager scope = root.newSubManager()) {
                float[] rows = network.forward(
                                Pass.inference(scope, weights), scope.create(values, new Shape(part, 3, side, side)))
                        .toFloatArray();
                for (int i = 0; i < part; i++) {
                    System.arraycopy(rows, i * width(), embedded[from + i], 0, width());
                }
            }
        }
        return embedded;
    }

    /** Of two rows: 1 for the same person. */
    public static double cosine(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }

    @Override
    public void close() {
        root.close();
    }
}
