package org.styleinv.network.checkpoint;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.styleinv.network.Layer;
import org.styleinv.network.Weights;
import org.styleinv.network.inversion.InversionEncoder;
import org.styleinv.network.motion.StyleInV;
import org.styleinv.network.stylegan.Generator;

/**
 * A model on disk: {@code model.json} and a safetensors file for each network; variants of its generator, each a folder
 * under {@code variants}. The record holds each file's SHA-256, and a file that does not match it is not loaded.
 */
public final class ModelFolder {
    private static final String FORMAT = "styleinv-model/1";
    private static final String RECORD = "model.json";
    private static final String VARIANT_RECORD = "variant.json";
    private static final String GENERATOR = "generator.safetensors";
    private static final String ENCODER = "encoder.safetensors";
    private static final String MOTION = "motion.safetensors";
    private static final Pattern VARIANT_NAME = Pattern.compile("[a-z0-9][a-z0-9_-]{0,62}");
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();

    /**
     * {@code model.json}.
     *
     * @param files SHA-256 of each weights file, in hex
     */
    private record ModelRecord(
            String format,
            String name,
            Architecture architecture,
            TrainingRecord training,
            Map<String, String> files) {}

    /**
     * {@code variant.json}.
     *
     * @param base SHA-256 of the base generator's file: a variant is a tuned copy of that generator
     * @param generator SHA-256 of its own
     */
    private record VariantRecord(String format, String base, String generator, TrainingRecord training) {}

    private final Path folder;
    private final ModelRecord record;

    private ModelFolder(Path folder, ModelRecord record) {
        this.folder = folder;
        this.record = record;
    }

    /**
     * Reads the record of a model; its weights stay on disk.
     *
     * @throws IOException in one sentence that names the file
     */
    public static ModelFolder open(Path folder) throws IOException {
        ModelRecord record = read(folder.resolve(RECORD), ModelRecord.class);
        if (!FORMAT.equals(record.format())) {
            throw new IOException(
                    folder.resolve(RECORD) + " has format " + record.format() + ", but this program reads " + FORMAT);
        }
        return new ModelFolder(folder, record);
    }

    /**
     * Writes a model, its record last: a model that was interrupted half-way keeps its old record, whose digests refuse
     * the new files.
     *
     * @param encoder null where the architecture has none
     * @param motion null where the architecture has none
     */
    public static ModelFolder write(
            Path folder,
            String name,
            Architecture architecture,
            TrainingRecord training,
            Weights generator,
            Weights encoder,
            Weights motion)
            throws IOException {
        Map<String, String> files = new TreeMap<>();
        files.put(GENERATOR, save(generator, folder.resolve(GENERATOR)));
        if (architecture.encoder() != null) {
            files.put(ENCODER, save(encoder, folder.resolve(ENCODER)));
        }
        if (architecture.motion() != null) {
            files.put(MOTION, save(motion, folder.resolve(MOTION)));
        }
        write(folder.resolve(RECORD), new ModelRecord(FORMAT, name, architecture, training, files));
        return open(folder);
    }

    /** Adds or replaces a variant of the generator: the same architecture tuned to another look. */
    public void writeVariant(String variant, TrainingRecord training, Weights generator) throws IOException {
        Path at = variantFolder(variant);
        String digest = save(generator, at.resolve(GENERATOR));
        write(at.resolve(VARIANT_RECORD), new VariantRecord(FORMAT, file(GENERATOR), digest, training));
    }

    public Path folder() {
        return folder;
    }

    public String name() {
        return record.name();
    }

    public Architecture architecture() {
        return record.architecture();
    }

    public TrainingRecord training() {
        return record.training();
    }

    /**
     * SHA-256 in hex of what the model computes: its architecture and the digests of its weights. Equal digests give
     * equal frames; a changed training record or name does not change it.
     */
    public String digest() {
        try {
            MessageDigest digest = sha256();
            digest.update(JSON.writeValueAsBytes(record.architecture()));
            new TreeMap<>(record.files())
                    .forEach(
                            (file, hash) -> digest.update((file + "=" + hash + "\n").getBytes(StandardCharsets.UTF_8)));
            return HexFormat.of().formatHex(digest.digest());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cannot write the architecture of " + folder, e);
        }
    }

    public Weights loadGenerator(NDManager parent) throws IOException {
        return load(
                parent,
                folder.resolve(GENERATOR),
                file(GENERATOR),
                new Generator(architecture().generator()));
    }

    public Weights loadEncoder(NDManager parent) throws IOException {
        return load(
                parent,
                folder.resolve(ENCODER),
                file(ENCODER),
                new InversionEncoder(architecture().encoder()));
    }

    public Weights loadMotion(NDManager parent) throws IOException {
        return load(
                parent,
                folder.resolve(MOTION),
                file(MOTION),
                new StyleInV(architecture().motion()));
    }

    /** Names of the variants, sorted; the model's own generator is not one of them. */
    public List<String> variants() throws IOException {
        Path all = folder.resolve("variants");
        if (!Files.isDirectory(all)) {
            return List.of();
        }
        try (Stream<Path> folders = Files.list(all)) {
            return folders.filter(at -> Files.exists(at.resolve(VARIANT_RECORD)))
                    .map(at -> at.getFileName().toString())
                    .sorted()
                    .toList();
        }
    }

    /** SHA-256 in hex of a variant's weights. */
    public String variantDigest(String variant) throws IOException {
        return variant(variant).generator();
    }

    public TrainingRecord variantTraining(String variant) throws IOException {
        return variant(variant).training();
    }

    /** Loads a variant's generator; refused where it was tuned from another generator than this model's. */
    public Weights loadVariant(NDManager parent, String variant) throws IOException {
        VariantRecord own = variant(variant);
        if (!own.base().equals(file(GENERATOR))) {
            throw new IOException("variant " + variant + " was tuned from the generator "
                    + own.base().substring(0, 12) + ", but " + folder + " has "
                    + file(GENERATOR).substring(0, 12));
        }
        return load(
                parent,
                variantFolder(variant).resolve(GENERATOR),
                own.generator(),
                new Generator(architecture().generator()));
    }

    private VariantRecord variant(String variant) throws IOException {
        Path file = variantFolder(variant).resolve(VARIANT_RECORD);
        if (!Files.exists(file)) {
            throw new IOException(folder + " has no variant " + variant + "; it has " + variants());
        }
        VariantRecord own = read(file, VariantRecord.class);
        if (!FORMAT.equals(own.format())) {
            throw new IOException(file + " has format " + own.format() + ", but this program reads " + FORMAT);
        }
        return own;
    }

    private Path variantFolder(String variant) {
        if (!VARIANT_NAME.matcher(variant).matches()) {
            throw new IllegalArgumentException(
                    "a variant's name has small letters, digits, - and _, up to 63, got " + variant);
        }
        return folder.resolve("variants").resolve(variant);
    }

    private String file(String name) throws IOException {
        String digest = record.files().get(name);
        if (digest == null) {
            throw new IOException(folder + " has no " + name + ": that stage of its training was not run");
        }
        return digest;
    }

    private static Weights load(NDManager parent, Path file, String digest, Layer network) throws IOException {
        String actual = digest(file);
        if (!actual.equals(digest)) {
            throw new IOException(file + " has SHA-256 " + actual.substring(0, 12) + "..., but its record says "
                    + digest.substring(0, Math.min(12, digest.length())) + "...: the file is damaged or was replaced");
        }
        return Weights.load(parent, file, network);
    }

    private static String save(Weights weights, Path file) throws IOException {
        weights.save(file);
        return digest(file);
    }

    private static String digest(Path file) throws IOException {
        MessageDigest digest = sha256();
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
            in.transferTo(java.io.OutputStream.nullOutputStream());
        } catch (NoSuchFileException e) {
            throw new IOException(file + " is missing", e);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static <T> T read(Path file, Class<T> type) throws IOException {
        try {
            return JSON.readValue(Files.readAllBytes(file), type);
        } catch (NoSuchFileException e) {
            throw new IOException(file + " is missing: " + file.getParent() + " is not a model folder", e);
        } catch (JsonProcessingException e) {
            throw new IOException(file + " is not a valid record: " + e.getOriginalMessage(), e);
        }
    }

    private static void write(Path file, Object value) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        Path temporary = file.resolveSibling(file.getFileName() + ".part");
        try {
            Files.write(temporary, JSON.writeValueAsBytes(value));
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }
}
