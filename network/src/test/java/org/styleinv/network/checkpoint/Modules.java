package org.styleinv.network.checkpoint;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.styleinv.network.Layer;
import org.styleinv.network.checkpoint.torch.Py;
import org.styleinv.network.inversion.InversionEncoder;
import org.styleinv.network.inversion.IrSeBackbone;
import org.styleinv.network.motion.StyleInV;
import org.styleinv.network.motion.TemporalStyle;
import org.styleinv.network.stylegan.Generator;
import org.styleinv.network.stylegan.SynthesisNetwork;

/** Small networks as the modules of published pickles, with random weights that are known. */
public final class Modules {
    public static final Generator.Config GENERATOR =
            new Generator.Config(6, 3, new SynthesisNetwork.Config(8, 16, 100, 20, true, 256));
    private static final IrSeBackbone.Config BACKBONE =
            new IrSeBackbone.Config(List.of(16, 16, 32, 16), List.of(1, 2, 1, 2));
    public static final InversionEncoder.Config ENCODER = new InversionEncoder.Config(8, BACKBONE);
    public static final StyleInV.Config MOTION =
            new StyleInV.Config(BACKBONE, new TemporalStyle.Config(8, 6, 24, 5, 4, 3.5, 17, 7));

    /** One module on its way into a pickle. */
    private static final class Node {
        private final Map<String, Object> parameters = new LinkedHashMap<>();
        private final Map<String, Object> buffers = new LinkedHashMap<>();
        private final Map<String, Node> children = new LinkedHashMap<>();
        private final Map<String, Object> attributes = new LinkedHashMap<>();

        Node at(String path) {
            Node node = this;
            for (String name : path.isEmpty() ? new String[0] : path.split("\\.")) {
                node = node.children.computeIfAbsent(name, key -> new Node());
            }
            return node;
        }

        Py.Call build(String className) {
            Map<String, Object> modules = new LinkedHashMap<>();
            children.forEach((name, child) -> modules.put(name, child.build(name)));
            Map<String, Object> state = new LinkedHashMap<>();
            state.put("training", false);
            state.put("_parameters", Py.ordered(parameters));
            state.put("_buffers", Py.ordered(buffers));
            state.put("_non_persistent_buffers_set", Set.of("secret"));
            state.put("_modules", Py.ordered(modules));
            state.putAll(attributes);
            if (className.matches("\\d+")) { // a plain module of PyTorch
                return Py.instance("torch.nn.modules.conv", "Conv2d", state);
            }
            Map<String, Object> meta = new LinkedHashMap<>();
            meta.put("type", "class");
            meta.put("version", 6);
            meta.put("module_src", "import os\n" + "# a source that nobody runs\n".repeat(300));
            meta.put("class_name", className);
            meta.put("state", state);
            return Py.call("torch_utils.persistence", "_reconstruct_persistent_obj", meta);
        }
    }

    private final Random random;
    /** Every tensor's bytes by network and name. */
    public final Map<String, Map<String, byte[]>> expected = new LinkedHashMap<>();

    public Modules(long seed) {
        random = new Random(seed);
    }

    Py.Call generator(String network) {
        Node root = tree(network, new Generator(GENERATOR));
        root.at("synthesis").attributes.put("_init_kwargs", Map.of("channel_base", 100, "channel_max", 20));
        root.at("synthesis.b4.conv1").attributes.put("conv_clamp", 256);
        root.attributes.put("c_dim", 0);
        root.attributes.put("img_channels", 3);
        return root.build("Generator");
    }

    Py.Call encoder() {
        Node root = tree("encoder", new InversionEncoder(ENCODER));
        strides(root);
        root.attributes.put(
                "opts",
                new Py.Call(
                        new Py.Global("dnnlib.util", "EasyDict"), new Object[0], true, Map.of("n_styles", 6), null));
        return root.build("pSp");
    }

    /** @param attributes of the module itself, over the usual ones */
    public Py.Call motion(Map<String, Object> attributes) {
        Node root = tree("motion", new StyleInV(MOTION));
        strides(root);
        root.at("encoder").attributes.putAll(Map.of("use_modulation", false, "normalize_adain", true));
        root.at("encoder").attributes.put("adain_index", List.of(0, 2, 3, 5));
        root.attributes.put("fps", 30);
        root.attributes.put("mapping_opts", options());
        root.attributes.putAll(Map.of("skip_encoder", false, "input_residual", true, "use_pca", false));
        root.attributes.putAll(attributes);
        return root.build("StyleInV");
    }

    /** As omegaconf writes it: each node knows its parent, so the graph is a cycle. */
    private static Py.Call options() {
        Map<String, Object> times = new LinkedHashMap<>();
        Map<String, Object> motion = new LinkedHashMap<>();
        Map<String, Object> sampling = new LinkedHashMap<>();
        Map<String, Object> all = new LinkedHashMap<>();
        Py.Call root = config(null, all);
        all.put("motion", config(root, motion));
        all.put("sampling", config(root, sampling));
        motion.put("motion_z_distance", node(root, 5));
        motion.put("time_enc", config(root, times));
        times.put("min_period_len", node(root, 3.5));
        times.put("max_period_len", node(root, 17));
        sampling.put("max_num_frames", node(root, 24));
        return root;
    }

    private static Py.Call config(Object parent, Map<String, Object> content) {
        Map<String, Object> state = new LinkedHashMap<>();
        state.put(
                "_metadata",
                Py.instance("omegaconf.base", "ContainerMetadata", Map.of("ref_type", new Py.Global("typing", "Any"))));
        state.put("_parent", parent);
        state.put("_content", content);
        return Py.instance("omegaconf.dictconfig", "DictConfig", state);
    }

    private static Py.Call node(Object parent, Object value) {
        Map<String, Object> state = new LinkedHashMap<>();
        state.put("_parent", parent);
        state.put("_val", value);
        return Py.instance("omegaconf.nodes", "AnyNode", state);
    }

    private static void strides(Node root) {
        int unit = 0;
        for (int units : BACKBONE.units()) {
            for (int i = 0; i < units; i++) {
                Object stride = i == 0 ? 2 : 1;
                root.at("encoder.body." + unit++ + ".res_layer.3").attributes.put("stride", new Object[] {stride, stride
                });
            }
        }
    }

    private Node tree(String network, Layer layer) {
        Map<String, byte[]> tensors = expected.computeIfAbsent(network, key -> new LinkedHashMap<>());
        Node root = new Node();
        for (Layer.Variable variable : layer.variables()) {
            float[] values = new float[variable.size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) random.nextGaussian();
            }
            String name = variable.name();
            Py.Call tensor = Py.tensor(Py.storage(values), variable.shape());
            Node node = root.at(name.contains(".") ? name.substring(0, name.lastIndexOf('.')) : "");
            String key = name.substring(name.lastIndexOf('.') + 1);
            if (variable.trainable()) {
                node.parameters.put(
                        key, Py.call("torch._utils", "_rebuild_parameter", tensor, false, Py.ordered(Map.of())));
            } else {
                node.buffers.put(key, tensor);
            }
            tensors.put(name, Py.bytes(values));
            if (key.equals("running_var")) {
                node.buffers.put("num_batches_tracked", Py.tensor(Py.storage(new long[] {1L << 40})));
                tensors.put(name.replace("running_var", "num_batches_tracked"), Py.bytes(new long[] {1L << 40}));
                node.buffers.put("secret", Py.tensor(Py.storage(new float[1]), 1)); // not persistent
                node.parameters.put("none", null);
            }
        }
        return root;
    }

    /** The whole dictionary of a StyleGAN2 pickle; its G is other than its G_ema. */
    public Map<String, Object> styleGan2() {
        Map<String, Object> root = new LinkedHashMap<>();
        root.put("training_set_kwargs", Map.of("path", "data/x.zip", "resolution", 16));
        root.put("G", new Modules(random.nextLong()).generator("generator"));
        root.put("G_ema", generator("generator"));
        root.put("D", generator("discriminator"));
        root.put("augment_pipe", null);
        return root;
    }

    public Map<String, Object> pSp() {
        Map<String, Object> root = new LinkedHashMap<>();
        root.put("pSp", encoder());
        root.put("G", generator("generator"));
        return root;
    }

    public Map<String, Object> styleInV() {
        Map<String, Object> root = new LinkedHashMap<>();
        root.put("G", generator("generator"));
        root.put("SI", new Modules(random.nextLong()).motion(Map.of()));
        root.put("SI_ema", motion(Map.of()));
        root.put("D", generator("video_discriminator"));
        return root;
    }

    /** A state dictionary and its storages. */
    public static Map<String, Object> feature(
            Map<String, long[]> shapes, Map<String, Object> storages, boolean legacy, long seed) {
        Random random = new Random(seed);
        Map<String, Object> tensors = new LinkedHashMap<>();
        List<String> names = new ArrayList<>(shapes.keySet());
        for (String name : names) {
            int count = 1;
            for (long side : shapes.get(name)) {
                count *= (int) side;
            }
            float[] values = new float[count];
            for (int i = 0; i < count; i++) {
                values[i] = (float) random.nextGaussian();
            }
            String key = String.valueOf(storages.size());
            storages.put(key, values);
            tensors.put(name, Py.tensor(Py.beside(key, values, legacy), shapes.get(name)));
        }
        return tensors;
    }
}
