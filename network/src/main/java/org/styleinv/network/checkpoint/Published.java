package org.styleinv.network.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.styleinv.network.FileRefused;
import org.styleinv.network.Layer;
import org.styleinv.network.SafeTensors;
import org.styleinv.network.Weights;
import org.styleinv.network.checkpoint.torch.PyModule;
import org.styleinv.network.checkpoint.torch.Tensor;
import org.styleinv.network.checkpoint.torch.TorchFile;
import org.styleinv.network.inversion.InversionEncoder;
import org.styleinv.network.motion.StyleInV;
import org.styleinv.network.stylegan.Generator;

/**
 * A checkpoint file that was published elsewhere, and the networks in it: the pickles of StyleGAN2, pSp and StyleInV,
 * and the feature networks of {@link FeatureNetworks}. Nothing in it is executed; every tensor keeps its bits and name.
 */
public final class Published implements AutoCloseable {
    /** Tensors that share a storage may be larger than their file, but not by much. */
    private static final long SHARED = 64 << 20;

    private final Path file;
    private final TorchFile torch;
    private final Map<String, Map<String, Tensor>> networks = new LinkedHashMap<>();
    private final List<String> taken = new ArrayList<>();
    private final List<String> leftOut = new ArrayList<>();
    private Generator.Config generator;
    private InversionEncoder.Config encoder;
    private StyleInV.Config motion;
    private double fps;

    private Published(Path file, TorchFile torch) {
        this.file = file;
        this.torch = torch;
    }

    /** @throws FileRefused in one sentence naming the file, where it is damaged, hostile or of another kind */
    public static Published open(Path file) throws IOException {
        TorchFile torch = TorchFile.open(file);
        try {
            Published published = new Published(file, torch);
            published.recognise();
            published.check();
            return published;
        } catch (IllegalArgumentException | ArithmeticException e) {
            torch.close();
            throw new FileRefused(file + " " + e.getMessage(), e);
        } catch (IOException | RuntimeException e) {
            torch.close();
            throw e;
        }
    }

    private void recognise() throws FileRefused {
        if (!(torch.root() instanceof Map<?, ?> root)) {
            throw new FileRefused(file + " holds no dictionary, so it is no checkpoint that is known");
        }
        if (root.containsKey("G_ema")) {
            generator(root, "G_ema");
            add(root, "D", "discriminator");
        } else if (root.containsKey("pSp")) {
            generator(root, "G");
            encoder = PublishedNetworks.encoder(add(root, "pSp", "encoder"));
        } else if (root.containsKey("SI_ema")) {
            generator(root, "G");
            PyModule module = add(root, "SI_ema", "motion");
            motion = PublishedNetworks.motion(module);
            fps = module.attribute("fps")
                    .map(value -> value instanceof Number n ? n.doubleValue() : 0.0)
                    .orElse(0.0);
            add(root, "D", "video_discriminator");
        } else {
            features(root);
            return;
        }
        for (Object key : root.keySet()) {
            if (root.get(key) instanceof PyModule && !taken.contains(key)) {
                leftOut.add(String.valueOf(key));
            }
        }
    }

    private void generator(Map<?, ?> root, String key) {
        generator = PublishedNetworks.generator(add(root, key, "generator"));
    }

    private PyModule add(Map<?, ?> root, String key, String network) {
        if (!(root.get(key) instanceof PyModule module)) {
            throw new IllegalArgumentException("has no network " + key);
        }
        networks.put(network, module.tensors());
        taken.add(key);
        return module;
    }

    private void features(Map<?, ?> root) throws FileRefused {
        Map<?, ?> tensors = root.get("state_dict") instanceof Map<?, ?> inner ? inner : root;
        Map<String, Tensor> named = new LinkedHashMap<>();
        tensors.forEach((name, value) -> {
            if (name instanceof String key && value instanceof Tensor tensor) {
                named.put(key, tensor);
            }
        });
        String network = FeatureNetworks.recognise(named)
                .orElseThrow(() -> new FileRefused(file + " is none of those that are imported: a pickle of StyleGAN2 "
                        + "(G_ema), pSp (pSp) or StyleInV (SI_ema), or " + FeatureNetworks.names()));
        networks.put(network, named);
    }

    private void check() throws IOException {
        long bytes = 0;
        for (Map.Entry<String, Map<String, Tensor>> network : networks.entrySet()) {
            for (Map.Entry<String, Tensor> tensor : network.getValue().entrySet()) {
                bytes += tensor.getValue().bytes();
                checkType(network.getKey() + ": tensor " + tensor.getKey(), tensor.getKey(), tensor.getValue());
            }
        }
        if (bytes > Files.size(file) + SHARED) {
            throw new FileRefused(file + " has tensors of " + bytes + " bytes in " + Files.size(file)
                    + ", so they repeat themselves and are refused");
        }
        for (Map.Entry<String, Layer> layer : layers().entrySet()) {
            List<SafeTensors.Entry> entries = sources(layer.getKey()).stream()
                    .map(SafeTensors.Source::entry)
                    .toList();
            Weights.fit(file + ": " + layer.getKey(), layer.getValue(), entries);
        }
    }

    private void checkType(String where, String name, Tensor tensor) throws IOException {
        boolean counter = tensor.type().equals("I64") && Weights.isCarried(name);
        if (!tensor.type().equals("F32") && !counter) {
            throw new FileRefused(
                    file + ": " + where + " is of type " + tensor.type() + ", but weights are F32; save it as float32");
        }
        if (name.endsWith(".resample_filter") && !Constants.isFilter(tensor.shape(), tensor.read())) {
            throw new FileRefused(file + ": " + where + " is another filter than [1, 3, 3, 1]");
        }
    }

    private Map<String, Layer> layers() {
        Map<String, Layer> layers = new LinkedHashMap<>();
        if (generator != null) {
            layers.put("generator", new Generator(generator));
        }
        if (encoder != null) {
            layers.put("encoder", new InversionEncoder(encoder));
        }
        if (motion != null) {
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

    /** The tensors of one of {@link #networks}, to be written; a value that is not finite is refused then. */
    public List<SafeTensors.Source> sources(String network) {
        List<SafeTensors.Source> sources = new ArrayList<>();
        networks.get(network).forEach((name, tensor) -> {
            SafeTensors.Source source = tensor.source(name);
            sources.add(new SafeTensors.Source(source.entry(), () -> {
                ByteBuffer values = source.values().read().order(ByteOrder.LITTLE_ENDIAN);
                Weights.checkFinite(file + ": " + network, source.entry(), values);
                return values;
            }));
        });
        return sources;
    }

    @Override
    public void close() throws IOException {
        torch.close();
    }
}
