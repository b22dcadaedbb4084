package org.styleinv.network.checkpoint;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.styleinv.network.Layer;
import org.styleinv.network.Pass.Precision;
import org.styleinv.network.Weights;
import org.styleinv.network.checkpoint.Records.ModelRecord;
import org.styleinv.network.checkpoint.Records.VariantRecord;
import org.styleinv.network.file.FileRefused;
import org.styleinv.network.file.FolderReplacement;
import org.styleinv.network.file.SafeTensors;
import org.styleinv.network.file.Sha256;
import org.styleinv.network.inversion.InversionEncoder;
import org.styleinv.network.motion.StyleInV;
import org.styleinv.network.stylegan.Generator;

/**
 * A model on disk: {@code model.json} and a safetensors file for each network; variants of its generator, each a folder
 * under {@code variants}. The record holds each file's SHA-256, and a file that does not match it is not loaded.
 */
public final class ModelFolder {
    public static final String RECORD = "model.json";
    public static final String VARIANT_RECORD = "variant.json";
    public static final String VARIANTS = "variants";
    public static final String GENERATOR = "generator.safetensors";
    public static final String ENCODER = "encoder.safetensors";
    public static final String MOTION = "motion.safetensors";
    public static final Set<String> RUNNING = Set.of(GENERATOR, ENCODER, MOTION); // the rest is for training
    private static final int MOST_VARIANTS = 64; // each is a whole generator in every decoder's memory
    private static final Pattern VARIANT_NAME = Pattern.compile("[a-z0-9][a-z0-9_-]{0,62}");

    private final Path folder;
    private final ModelRecord record;

    private ModelFolder(Path folder, ModelRecord record) {
        this.folder = folder;
        this.record = record;
    }

    /**
     * Reads the record of a model; its weights stay on disk.
     *
     * @throws FileRefused in one sentence that names the file
     */
    public static ModelFolder open(Path folder) throws IOException {
        ModelFolder model = openParts(folder);
        if (model.architecture() == null) {
            throw new FileRefused(folder + " has no generator, only " + model.files() + " for training: import a "
                    + "generator's checkpoint, or name another model");
        }
        return model;
    }

    /**
     * As {@link #open}, but also what has no generator: then {@link #architecture} is null. A folder that is gone because who
     * published there was killed is put back first.
     */
    public static ModelFolder openParts(Path folder) throws IOException {
        FolderReplacement.recover(folder);
        return new ModelFolder(folder, Records.read(folder.resolve(RECORD), ModelRecord.class));
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
            @Nullable Weights encoder,
            @Nullable Weights motion)
            throws IOException {
        Map<String, List<SafeTensors.Source>> networks = new TreeMap<>();
        networks.put("generator", generator.sources());
        if (architecture.encoder() != null) {
            networks.put("encoder", Objects.requireNonNull(encoder).sources());
        }
        if (architecture.motion() != null) {
            networks.put("motion", Objects.requireNonNull(motion).sources());
        }
        return write(folder, name, architecture, training, networks);
    }

    /**
     * As the other, from any tensors.
     *
     * @param architecture null where no network is a generator
     * @param networks by the name of their file without its ending
     */
    public static ModelFolder write(
            Path folder,
            String name,
            @Nullable Architecture architecture,
            TrainingRecord training,
            Map<String, List<SafeTensors.Source>> networks)
            throws IOException {
        Map<String, String> files = new TreeMap<>();
        for (Map.Entry<String, List<SafeTensors.Source>> network : networks.entrySet()) {
            Path file = folder.resolve(network.getKey() + ".safetensors");
            SafeTensors.write(file, network.getValue());
            files.put(file.getFileName().toString(), Sha256.of(file));
        }
        Records.write(
                folder.resolve(RECORD), new ModelRecord(Records.FORMAT, name, architecture, training, null, files));
        return openParts(folder);
    }

    /**
     * Loads a network for training whose variables lie in one or several of {@link #files}, whatever else these hold.
     *
     * @throws FileRefused naming the file, where it is damaged or a variable is missing or of another shape
     */
    public Weights loadParts(NDManager parent, Layer network, List<String> files) throws IOException {
        Map<String, Layer.Variable> wanted = new TreeMap<>();
        network.variables().forEach(variable -> wanted.put(variable.name(), variable));
        Weights weights = new Weights(parent);
        try {
            for (String file : files) {
                Path path = folder.resolve(file);
                Sha256.check(path, file(file));
                SafeTensors.read(path, (tensor, bytes) -> {
                    Layer.Variable variable = wanted.get(tensor.name());
                    if (variable != null && Arrays.equals(variable.shape(), tensor.shape())) {
                        Weights.checkFinite(path.toString(), tensor, bytes);
                        float[] values = new float[bytes.remaining() / Float.BYTES];
                        bytes.asFloatBuffer().get(values);
                        weights.put(tensor.name(), values, tensor.shape());
                        wanted.remove(tensor.name());
                    }
                });
            }
            if (!wanted.isEmpty()) {
                Layer.Variable variable = wanted.values().iterator().next();
                throw new FileRefused(folder + " has no tensor " + variable.name() + " of shape "
                        + Arrays.toString(variable.shape()) + " in " + files + ": import the published files again");
            }
            return weights;
        } catch (IOException | RuntimeException e) {
            weights.close();
            throw e;
        }
    }

    /** Adds or replaces a variant of the generator: the same architecture tuned to another look. */
    public void writeVariant(String variant, TrainingRecord training, Weights generator) throws IOException {
        FolderReplacement.replace(variantFolder(variant), at -> {
            generator.save(at.resolve(GENERATOR));
            String digest = Sha256.of(at.resolve(GENERATOR));
            Records.write(
                    at.resolve(VARIANT_RECORD), new VariantRecord(Records.FORMAT, file(GENERATOR), digest, training));
            return digest;
        });
    }

    /**
     * Gives a model the directions that edits go by, in place of those it had. Its digest changes with them.
     *
     * @throws FileRefused if the folder holds no model that could have some
     */
    public static ModelFolder writeDirections(Path folder, Directions directions) throws IOException {
        FolderReplacement.edit(folder, at -> {
            ModelFolder model = open(at);
            Map<String, String> files = new TreeMap<>(model.record.files());
            SafeTensors.write(at.resolve(Directions.FILE), directions.sources());
            files.put(Directions.FILE, Sha256.of(at.resolve(Directions.FILE)));
            model.record.with(model.training(), model.precision(), files).write(at.resolve(RECORD));
            open(at).verify(Directions.FILE);
            return at;
        });
        return open(folder);
    }

    /**
     * Has this folder's record say another precision, and what was measured of it. Its digest changes with the precision; weights
     * stay as they are.
     */
    public ModelFolder writePrecision(Precision precision, TrainingRecord training) throws IOException {
        record.with(training, precision, record.files()).write(folder.resolve(RECORD));
        return open(folder);
    }

    /** Its directions, none where it has no file of them. */
    public Directions directions() throws IOException {
        if (architecture() == null || !record.files().containsKey(Directions.FILE)) {
            return Directions.NONE;
        }
        checkDigest(Directions.FILE);
        return Directions.read(
                folder.resolve(Directions.FILE),
                architecture().generator().synthesis().wDim());
    }

    public Path folder() {
        return folder;
    }

    public String name() {
        return record.name();
    }

    /** What networks it has; null only where {@link #openParts} opened what has no generator. */
    @SuppressWarnings("NullAway") // its callers ask
    public Architecture architecture() {
        return record.architecture();
    }

    public TrainingRecord training() {
        return record.training();
    }

    /** What convolutions of painting and motion compute in where this model is served. */
    public Precision precision() {
        return record.precision() == null ? Precision.FLOAT32 : Precision.named(record.precision());
    }

    /**
     * SHA-256 in hex of what the model computes: its architecture, the digests of its weights and directions, and its precision where
     * that is another than float32. Equal digests give equal frames; a changed training record, name or discriminator does not
     * change it.
     */
    public String digest() {
        MessageDigest digest = Sha256.start();
        digest.update(Records.bytes(record.architecture()));
        new TreeMap<>(record.files()).forEach((file, hash) -> {
            if (RUNNING.contains(file) || file.equals(Directions.FILE) || record.architecture() == null) {
                digest.update((file + "=" + hash + "\n").getBytes(StandardCharsets.UTF_8));
            }
        });
        if (precision() != Precision.FLOAT32) {
            digest.update(("precision=" + precision().text() + "\n").getBytes(StandardCharsets.UTF_8));
        }
        return Sha256.hex(digest);
    }

    /** Names of the weights files, sorted. */
    public List<String> files() {
        return List.copyOf(new TreeMap<>(record.files()).keySet());
    }

    /**
     * Checks one of {@link #files} without loading it: digest, shapes where the architecture has them, finite numbers.
     *
     * @throws FileRefused in one sentence that names the file and what is wrong
     */
    public void verify(String file) throws IOException {
        checkDigest(file);
        if (file.equals(Directions.FILE)) {
            directions();
            return;
        }
        Path path = folder.resolve(file);
        check(path, RUNNING.contains(file) ? network(file) : null);
    }

    /** As {@link #verify}, for a variant. */
    public void verifyVariant(String variant) throws IOException {
        checkVariantDigest(variant);
        Path path = variantFolder(variant).resolve(GENERATOR);
        check(path, new Generator(architecture().generator()));
    }

    /**
     * Checks that one of {@link #files} is what its record says, and no more.
     *
     * @throws FileRefused if it is not
     */
    void checkDigest(String file) throws IOException {
        Sha256.check(folder.resolve(file), file(file));
    }

    /** As {@link #checkDigest(String)}, for a variant. */
    void checkVariantDigest(String variant) throws IOException {
        Sha256.check(variantFolder(variant).resolve(GENERATOR), fitting(variant).generator());
    }

    /** @param network null where the architecture does not say */
    private static void check(Path path, @Nullable Layer network) throws IOException {
        if (network != null) {
            Weights.fit(path.toString(), network, SafeTensors.list(path));
        }
        SafeTensors.read(path, (tensor, values) -> Weights.checkFinite(path.toString(), tensor, values));
    }

    private Layer network(String file) {
        return switch (file) {
            case ENCODER ->
                new InversionEncoder(Objects.requireNonNull(architecture().encoder()));
            case MOTION -> new StyleInV(Objects.requireNonNull(architecture().motion()));
            default -> new Generator(architecture().generator());
        };
    }

    public Weights loadGenerator(NDManager parent) throws IOException {
        return load(parent, GENERATOR);
    }

    public Weights loadEncoder(NDManager parent) throws IOException {
        return load(parent, ENCODER);
    }

    public Weights loadMotion(NDManager parent) throws IOException {
        return load(parent, MOTION);
    }

    private Weights load(NDManager parent, String file) throws IOException {
        String digest = file(file);
        return load(parent, folder.resolve(file), digest, network(file));
    }

    /** Names of the variants, sorted; the model's own generator is not one of them. */
    public List<String> variants() throws IOException {
        Path all = folder.resolve(VARIANTS);
        if (!Files.isDirectory(all)) {
            return List.of();
        }
        FolderReplacement.recoverAll(all);
        List<String> names;
        try (Stream<Path> folders = Files.list(all)) {
            names = folders.filter(at -> Files.exists(at.resolve(VARIANT_RECORD)))
                    .map(at -> at.getFileName().toString())
                    .filter(name -> !name.startsWith(".")) // on its way here
                    .sorted()
                    .limit(MOST_VARIANTS + 1)
                    .toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        if (names.size() > MOST_VARIANTS) {
            throw new FileRefused(all + " has more than " + MOST_VARIANTS + " variants: move some of them away");
        }
        for (String name : names) {
            if (!VARIANT_NAME.matcher(name).matches()) {
                throw new FileRefused(all + " has a variant called " + name + ", but such a name has small letters, "
                        + "digits, - and _, up to 63: rename it");
            }
        }
        return names;
    }

    /** SHA-256 in hex of a variant's weights, or of that and the precision where it is another than float32. */
    public String variantDigest(String variant) throws IOException {
        String weights = variant(variant).generator();
        if (precision() == Precision.FLOAT32) {
            return weights;
        }
        MessageDigest digest = Sha256.start();
        digest.update((weights + "\nprecision=" + precision().text() + "\n").getBytes(StandardCharsets.UTF_8));
        return Sha256.hex(digest);
    }

    TrainingRecord variantTraining(String variant) throws IOException {
        return variant(variant).training();
    }

    /** Loads a variant's generator; refused where it was tuned from another generator than this model's. */
    public Weights loadVariant(NDManager parent, String variant) throws IOException {
        VariantRecord own = fitting(variant);
        return load(
                parent,
                variantFolder(variant).resolve(GENERATOR),
                own.generator(),
                new Generator(architecture().generator()));
    }

    /** A variant's record, which fits this model's generator. */
    private VariantRecord fitting(String variant) throws IOException {
        VariantRecord own = variant(variant);
        if (!own.base().equals(file(GENERATOR))) {
            throw new FileRefused("variant " + variant + " was tuned from the generator " + Sha256.brief(own.base())
                    + ", but " + folder + " has " + Sha256.brief(file(GENERATOR)));
        }
        return own;
    }

    private VariantRecord variant(String variant) throws IOException {
        Path file = variantFolder(variant).resolve(VARIANT_RECORD);
        if (!Files.exists(file)) {
            throw new FileRefused(folder + " has no variant " + variant + "; it has " + variants());
        }
        return Records.read(file, VariantRecord.class);
    }

    private Path variantFolder(String variant) {
        if (!VARIANT_NAME.matcher(variant).matches()) {
            throw new IllegalArgumentException(
                    "a variant's name has small letters, digits, - and _, up to 63, got " + variant);
        }
        return folder.resolve(VARIANTS).resolve(variant);
    }

    private String file(String name) throws IOException {
        String digest = record.files().get(name);
        if (digest == null) {
            throw new FileRefused(folder + " has no " + name + ": that stage of its training was not run");
        }
        return digest;
    }

    private static Weights load(NDManager parent, Path file, String digest, Layer network) throws IOException {
        Sha256.check(file, digest);
        return Weights.load(parent, file, network);
    }
}
