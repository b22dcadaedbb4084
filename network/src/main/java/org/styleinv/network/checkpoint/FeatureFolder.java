package org.styleinv.network.checkpoint;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.styleinv.network.Layer;
import org.styleinv.network.Weights;
import org.styleinv.network.file.FileRefused;
import org.styleinv.network.file.SafeTensors;
import org.styleinv.network.inversion.ArcFace;
import org.styleinv.network.inversion.IrSeBackbone;
import org.styleinv.network.perceptual.Lpips;

/**
 * The feature networks in a model folder, as losses use them: what {@code model import} made of the published files. Their
 * widths are those of the files.
 */
public final class FeatureFolder {
    private static final List<Integer> STAGE_STARTS = List.of(0, 3, 7, 21); // first unit of each stage of IR-SE50

    private FeatureFolder() {}

    /** A network and its weights. */
    public record Loaded<L extends Layer>(L network, Weights weights) {}

    /**
     * LPIPS: a classifier and its heads.
     *
     * @throws FileRefused naming what the folder lacks
     */
    public static Loaded<Lpips> lpips(NDManager parent, Path folder, Lpips.Network kind) throws IOException {
        boolean alex = kind == Lpips.Network.ALEX;
        List<String> files = alex
                ? List.of("alexnet.safetensors", "lpips_alex.safetensors")
                : List.of("vgg16.safetensors", "lpips_vgg.safetensors");
        ModelFolder model = holding(
                folder,
                files,
                alex
                        ? "torchvision's AlexNet and LPIPS' weights/v0.1/alex.pth"
                        : "torchvision's VGG16 and LPIPS' weights/v0.1/vgg.pth");
        Map<String, long[]> shapes = shapes(folder, files);
        List<Integer> widths = new ArrayList<>();
        for (int place : kind.places()) {
            widths.add(width(folder, shapes, "features." + place + ".weight"));
        }
        Lpips network = new Lpips(kind, widths);
        return new Loaded<>(network, model.loadParts(parent, network, files));
    }

    /**
     * ArcFace.
     *
     * @throws FileRefused where the folder has none
     */
    public static Loaded<ArcFace> arcFace(NDManager parent, Path folder) throws IOException {
        List<String> files = List.of("arcface.safetensors");
        ModelFolder model = holding(folder, files, "model_ir_se50.pth");
        Map<String, long[]> shapes = shapes(folder, files);
        List<Integer> widths = new ArrayList<>();
        for (int unit : STAGE_STARTS) {
            widths.add(width(folder, shapes, "body." + unit + ".res_layer.1.weight"));
        }
        ArcFace network = new ArcFace(
                new ArcFace.Config(new IrSeBackbone.Config(widths), width(folder, shapes, "output_layer.3.weight")));
        return new Loaded<>(network, model.loadParts(parent, network, files));
    }

    private static ModelFolder holding(Path folder, List<String> files, String published) throws IOException {
        ModelFolder model = ModelFolder.openParts(folder);
        for (String file : files) {
            if (!model.files().contains(file)) {
                throw new FileRefused(folder + " has no " + file + ", only " + model.files() + ": make a folder of "
                        + published + " with 'styleinv model import FILE... --out DIR'");
            }
        }
        return model;
    }

    private static Map<String, long[]> shapes(Path folder, List<String> files) throws IOException {
        Map<String, long[]> shapes = new TreeMap<>();
        for (String file : files) {
            SafeTensors.list(folder.resolve(file)).forEach(tensor -> shapes.put(tensor.name(), tensor.shape()));
        }
        return shapes;
    }

    private static int width(Path folder, Map<String, long[]> shapes, String tensor) throws FileRefused {
        long[] shape = shapes.get(tensor);
        if (shape == null || shape.length == 0) {
            throw new FileRefused(folder + " has no tensor " + tensor + ": import the published files again");
        }
        return Math.toIntExact(shape[0]);
    }
}
