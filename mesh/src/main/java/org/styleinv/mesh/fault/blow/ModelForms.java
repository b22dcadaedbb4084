package org.styleinv.mesh.fault.blow;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.styleinv.mesh.process.ModelPlace;
import org.styleinv.network.checkpoint.ModelFolder;
import org.styleinv.network.file.FileRefused;
import org.styleinv.network.file.FolderReplacement;
import org.styleinv.network.file.Sha256;

/**
 * What is put where a mesh reads its model: the model as shipped, one whose variant has another generator (the base's), and
 * two that must be refused. The base is the same in all, so motion and its latents are, too.
 */
public final class ModelForms {
    private static final String WEIGHTS = "generator.safetensors";
    private static final byte[] NAN = {0, 0, (byte) 0xc0, 0x7f}; // little-endian, in float32 and in both halves of it

    private final ModelPlace place;
    private final Path folder;
    private final String variant;
    private final Form shipped;
    private final Form other;
    private final List<Form> bad;

    /**
     * A whole model folder.
     *
     * @param label of frames that the variant's generator paints
     */
    public record Form(String name, Path folder, String label) {}

    private ModelForms(Path model, Path folder) throws IOException {
        this.folder = folder;
        variant = ModelFolder.open(model).variants().get(0);
        place = new ModelPlace(folder.resolve("served"));
        shipped = new Form(
                "as shipped", copy(model, "shipped"), ModelFolder.open(model).variantDigest(variant));
        byte[] own = Files.readAllBytes(weights(shipped.folder()));
        other = form("another generator", Files.readAllBytes(model.resolve(WEIGHTS)));
        byte[] diverged = own.clone();
        System.arraycopy(NAN, 0, diverged, own.length - NAN.length, NAN.length);
        Form torn = new Form("a torn file", copy(model, "torn"), shipped.label());
        Files.write(weights(torn.folder()), Arrays.copyOf(own, own.length / 2));
        bad = List.of(form("weights that are no numbers", diverged), torn);
        for (Form form : bad) {
            demandBad(form);
        }
        place.publish(shipped.folder());
    }

    /** Makes them of a model, which has a variant with a generator of its own; the first is in place. */
    public static ModelForms make(Path model, Path folder) throws IOException {
        return new ModelForms(model, Files.createDirectories(folder));
    }

    /** Why a model cannot have other forms; empty if it can. */
    public static Optional<String> trouble(Path model) throws IOException {
        List<String> variants = ModelFolder.open(model).variants();
        if (variants.isEmpty()) {
            return Optional.of("the model has no variant whose generator could be another");
        }
        String own = ModelFolder.open(model).variantDigest(variants.get(0));
        return own.equals(sha256(Files.readAllBytes(model.resolve(WEIGHTS))))
                ? Optional.of("the model's variant \"" + variants.get(0) + "\" has the base's generator already")
                : Optional.empty();
    }

    private Path copy(Path model, String name) throws IOException {
        Path to = folder.resolve(name);
        FolderReplacement.copy(model, to);
        return to;
    }

    private Path weights(Path model) {
        return model.resolve("variants").resolve(variant).resolve(WEIGHTS);
    }

    /** The model with other weights for its variant, and a record that says so. */
    private Form form(String name, byte[] generator) throws IOException {
        Path at = copy(shipped.folder(), name.replace(' ', '-'));
        Files.write(weights(at), generator);
        String label = sha256(generator);
        Path record = weights(at).resolveSibling("variant.json");
        Files.writeString(record, Files.readString(record).replace(shipped.label(), label));
        return new Form(name, at, label);
    }

    private void demandBad(Form form) throws IOException {
        try {
            ModelFolder.open(form.folder()).verifyVariant(variant);
        } catch (FileRefused e) {
            return;
        }
        throw new IllegalStateException(
                form.folder() + " was to be a model with " + form.name() + ", but is a good one");
    }

    private static String sha256(byte[] bytes) {
        MessageDigest digest = Sha256.start();
        digest.update(bytes);
        return Sha256.hex(digest);
    }

    /** Where the mesh reads its model, and how another comes there. */
    public ModelPlace place() {
        return place;
    }

    /** Whose generator changes. */
    public String variant() {
        return variant;
    }

    public Form shipped() {
        return shipped;
    }

    /** As good as the first, with other frames. */
    public Form other() {
        return other;
    }

    /** What no decoder may take. */
    List<Form> bad() {
        return bad;
    }
}
