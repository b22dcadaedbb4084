package org.styleinv.network.checkpoint.published;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.styleinv.network.Layer;
import org.styleinv.network.Weights;
import org.styleinv.network.checkpoint.Bounds;
import org.styleinv.network.checkpoint.Constants;
import org.styleinv.network.checkpoint.ExportRecord;
import org.styleinv.network.checkpoint.torch.PyModule;
import org.styleinv.network.checkpoint.torch.TorchFile;
import org.styleinv.network.file.FileRefused;
import org.styleinv.network.file.SafeTensors;
import org.styleinv.network.file.SafeTensors.Source;
import org.styleinv.network.inversion.InversionEncoder;
import org.styleinv.network.motion.StyleInV;
import org.styleinv.network.stylegan.Generator;

/**
 * A checkpoint file that was published elsewhere, and the networks in it: the pickles of StyleGAN2, pSp and StyleInV or
 * what of them is there, their dictionaries of tensors, as torch or safetensors writes them, and the feature networks of
 * {@link FeatureNetworks}. Nothing in it is executed; every tensor keeps its name, and its bits where it is float32.
 */
public final class Published implements AutoCloseable {
    /** Tensors that share a storage may be larger than their file, but not by much. */
    private static final long SHARED = 64 << 20;

    private static final List<String> NETWORKS =
            List.of("generator", "encoder", "motion", "discriminator", "video_discriminator");

    private final Path file;
    private final Optional<TorchFile> torch;
    private final Conversion conversion = new Conversion();
    private final Map<String, Map<String, Source>> networks = new LinkedHashMap<>();
    private final List<String> leftOut = new ArrayList<>();
    private Generator.@Nullable Config generator;
    private InversionEncoder.@Nullable Config encoder;
    private StyleInV.@Nullable Config motion;
    private double fps;

    private Published(Path file, Optional<TorchFile> torch) {
        this.file = file;
        this.torch = torch;
    }

    /** @throws FileRefused in one sentence naming the file, where it is damaged, hostile or of another kind */
    public static Published open(Path file) throws IOException {
        boolean safe = SafeTensors.isOne(file);
        Published published = new Published(file, safe ? Optional.empty() : Optional.of(TorchFile.open(file)));
        try {
            if (safe) {
                published.recogniseOne(PublishedPart.of(SafeTensors.sources(file)), SafeTensors.metadata(file));
            } else {
                published.recognise(published.torch.orElseThrow().root());
            }
            published.check();
            return published;
        } catch (IllegalArgumentException | ArithmeticException e) {
            published.close();
            throw new FileRefused(file + " " + e.getMessage(), e);
        } catch (IOException | RuntimeException e) {
            published.close();
            throw e;
        }
    }

    /** By the names that the published files give their networks; one alone by its tensors. */
    private void recognise(@Nullable Object root) throws IOException {
        Map<String, PublishedPart> parts = new LinkedHashMap<>();
        if (root instanceof Map<?, ?> map) {
            for (String key : List.of("G_ema", "g_ema", "G", "pSp", "SI_ema", "SI", "D")) {
                PublishedPart.of(map.get(key)).ifPresent(part -> parts.put(key, part));
                if (map.get(key) instanceof PyModule
                        && List.of("G", "SI").contains(key)
                        && parts.containsKey(key + "_ema")) {
                    leftOut.add(key);
                }
            }
        }
        if (parts.isEmpty()) {
            recogniseOne(
                    PublishedPart.of(root)
                            .orElseThrow(
                                    () -> new FileRefused(
                                            file
                                                    + (root instanceof Map
                                                            ? unknown()
                                                            : " holds no "
                                                                    + "dictionary and no network, so it is no checkpoint that is known"))),
                    Map.of());
            return;
        }
        first(parts, "G_ema", "g_ema", "G").ifPresent(part -> add("generator", part));
        first(parts, "pSp").ifPresent(part -> add("encoder", part));
        first(parts, "SI_ema", "SI").ifPresent(part -> add("motion", part));
        first(parts, "D").ifPresent(part -> {
            boolean video = motion != null || part.kind().equals(Optional.of("video_discriminator"));
            add(video ? "video_discriminator" : "discriminator", part);
        });
        for (Map.Entry<?, ?> other : Objects.requireNonNull((Map<?, ?>) root).entrySet()) {
            if (other.getValue() instanceof PyModule
                    && other.getKey() instanceof String key
                    && !parts.containsKey(key)
                    && !leftOut.contains(key)) {
                leftOut.add(key);
            }
        }
    }

    private static Optional<PublishedPart> first(Map<String, PublishedPart> parts, String... keys) {
        for (String key : keys) {
            if (parts.containsKey(key)) {
                return Optional.of(parts.get(key));
            }
        }
        return Optional.empty();
    }

    private void recogniseOne(PublishedPart part, Map<String, String> metadata) throws IOException {
        Optional<String> kind = settle(metadata.get(ExportRecord.KEY)).or(part::kind);
        if (kind.isPresent()) {
            add(kind.get(), part);
            return;
        }
        networks.put(
                FeatureNetworks.recognise(part.shapes()).orElseThrow(() -> new FileRefused(file + unknown())),
                part.tensors());
    }

    /** Takes the settings that our own export wrote, null where there are none, and what network they name. */
    private Optional<String> settle(@Nullable String record) throws IOException {
        if (record == null) {
            return Optional.empty();
        }
        ExportRecord.Config settings = ExportRecord.read(file, record);
        generator = settings.generator();
        encoder = settings.encoder();
        motion = settings.motion();
        return Optional.ofNullable(settings.network()).filter(NETWORKS::contains);
    }

    private static String unknown() {
        return " is none of those that are imported: StyleGAN2 (G_ema, G or D), pSp (pSp) or StyleInV (SI_ema or SI), as "
                + "pickles or dictionaries of their tensors, or " + FeatureNetworks.names();
    }

    private void add(String network, PublishedPart part) {
        switch (network) {
            case "generator" -> generator = generator == null ? PublishedNetworks.generator(part) : generator;
            case "encoder" -> encoder = encoder == null ? PublishedNetworks.encoder(part) : encoder;
            case "motion" -> {
                motion = motion == null ? PublishedNetworks.motion(part) : motion;
                fps = part.module()
                        .flatMap(module -> module.attribute("fps"))
                        .map(value -> value instanceof Number n ? n.doubleValue() : 0.0)
                        .filter(value -> value >= 0 && value <= 1000)
                        .orElse(0.0);
            }
            default -> {}
        }
        networks.put(network, part.tensors());
    }

    private void check() throws IOException {
        long bytes = 0;
        for (Map<String, Source> network : networks.values()) {
            for (Source tensor : network.values()) {
                bytes += tensor.entry().bytes();
            }
        }
        if (bytes > Files.size(file) + SHARED) {
            throw new FileRefused(file + " has tensors of " + bytes + " bytes in " + Files.size(file)
                    + ", so they repeat themselves and are refused");
        }
        for (String network : networks.keySet()) {
            for (Source tensor : sources(network)) { // which refuses other types than those of weights
                if (tensor.entry().name().endsWith(".resample_filter")
                        && !Constants.isFilter(
                                tensor.entry().shape(), tensor.values().read())) {
                    throw new FileRefused(file + ": " + network + ": tensor "
                            + tensor.entry().name() + " is another filter than [1, 3, 3, 1]");
                }
            }
        }
        for (Map.Entry<String, Layer> layer : layers().entrySet()) {
            List<SafeTensors.Entry> entries =
                    sources(layer.getKey()).stream().map(Source::entry).toList();
            Weights.fit(file + ": " + layer.getKey(), layer.getValue(), entries);
        }
    }

    private Map<String, Layer> layers() {
        Map<String, Layer> layers = new LinkedHashMap<>();
        generator = networks.containsKey("generator") ? generator : null; // a record may speak of what is not there
        encoder = networks.containsKey("encoder") ? encoder : null;
        motion = networks.containsKey("motion") ? motion : null;
        if (generator != null) {
            Bounds.check(generator);
            layers.put("generator", new Generator(generator));
        }
        if (encoder != null) {
            Bounds.check(encoder);
            layers.put("encoder", new InversionEncoder(encoder));
        }
        if (motion != null) {
            Bounds.check(motion);
            layers.put("motion", new StyleInV(motion));
        }
        return layers;
    }

    public Path file() {
        return file;
    }

    /** Names of the networks, as a model folder calls their files. */
    public List<String> networks() {
        return List.copyOf(networks.keySet());
    }

    /** Keys of the file whose networks are for going on with its own training only, and are not imported. */
    public List<String> leftOut() {
        return List.copyOf(leftOut);
    }

    /** What became of tensors that were no float32, of those read so far: a sentence a type. */
    public List<String> converted() {
        return conversion.notes();
    }

    /** Frames a second of the videos it was trained on, 0 where it does not say. */
    public double fps() {
        return fps;
    }

    Optional<Generator.Config> generator() {
        return Optional.ofNullable(generator);
    }

    Optional<InversionEncoder.Config> encoder() {
        return Optional.ofNullable(encoder);
    }

    Optional<StyleInV.Config> motion() {
        return Optional.ofNullable(motion);
    }

    /**
     * The tensors of one of {@link #networks} as float32, to be written; a value that is not finite is refused then.
     *
     * @throws FileRefused naming a tensor that no weight can be
     */
    public List<Source> sources(String network) throws FileRefused {
        List<Source> sources = new ArrayList<>();
        for (Source tensor :
                Objects.requireNonNull(networks.get(network), network).values()) {
            sources.add(conversion.convert(file + ": " + network, tensor));
        }
        return sources;
    }

    @Override
    public void close() throws IOException {
        if (torch.isPresent()) {
            torch.get().close();
        }
    }
}
