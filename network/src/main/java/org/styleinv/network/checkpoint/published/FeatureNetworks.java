package org.styleinv.network.checkpoint.published;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The feature networks whose published weights training uses, recognised by their tensors: ArcFace's IR-SE50 ({@code
 * model_ir_se50.pth}), torchvision's AlexNet and VGG16, and the heads of LPIPS 0.1 for either.
 */
final class FeatureNetworks {
    /** Places of the convolutions among torchvision's {@code features}. */
    private static final List<Integer> ALEXNET = List.of(0, 3, 6, 8, 10);

    private static final List<Integer> VGG16 = List.of(0, 2, 5, 7, 10, 12, 14, 17, 19, 21, 24, 26, 28);
    private static final List<Integer> ALEXNET_KERNELS = List.of(11, 5, 3, 3, 3);
    private static final int HEADS = 5;
    private static final int ARCFACE_UNITS = 24;

    private FeatureNetworks() {}

    /**
     * Which network these are, as the name of its file; empty where none.
     *
     * @throws IllegalArgumentException in a part of a sentence, where it is one of another shape
     */
    static Optional<String> recognise(Map<String, long[]> tensors) {
        if (tensors.containsKey("lin0.model.1.weight")) {
            return Optional.of(heads(tensors));
        }
        if (tensors.containsKey("input_layer.0.weight")) {
            arcFace(tensors);
            return Optional.of("arcface");
        }
        if (tensors.containsKey("features.0.weight")) {
            boolean alex = shape(tensors, "features.0.weight", 4)[2] == 11;
            convolutions(tensors, alex ? ALEXNET : VGG16, alex ? ALEXNET_KERNELS : null);
            return Optional.of(alex ? "alexnet" : "vgg16");
        }
        return Optional.empty();
    }

    /** Widths rise without a fall in VGG16 (64 to 512), and fall in AlexNet (384 to 256). */
    private static String heads(Map<String, long[]> tensors) {
        boolean falls = false;
        long before = 0;
        for (int i = 0; i < HEADS; i++) {
            String name = "lin" + i + ".model.1.weight";
            long[] shape = shape(tensors, name, 4);
            expect(name, shape, 1, shape[1], 1, 1);
            falls |= shape[1] < before;
            before = shape[1];
        }
        return falls ? "lpips_alex" : "lpips_vgg";
    }

    private static void convolutions(
            Map<String, long[]> tensors, List<Integer> places, @Nullable List<Integer> kernels) {
        long width = 3;
        for (int i = 0; i < places.size(); i++) {
            String name = "features." + places.get(i);
            long[] shape = shape(tensors, name + ".weight", 4);
            int kernel = kernels == null ? 3 : kernels.get(i);
            expect(name + ".weight", shape, shape[0], width, kernel, kernel);
            width = shape[0];
            expect(name + ".bias", shape(tensors, name + ".bias", 1), width);
        }
    }

    private static void arcFace(Map<String, long[]> tensors) {
        long[] stem = shape(tensors, "input_layer.0.weight", 4);
        expect("input_layer.0.weight", stem, stem[0], 3, 3, 3);
        long width = stem[0];
        for (int unit = 0; unit < ARCFACE_UNITS; unit++) {
            String name = "body." + unit + ".res_layer.";
            long[] first = shape(tensors, name + "1.weight", 4);
            expect(name + "1.weight", first, first[0], width, 3, 3);
            width = first[0];
            expect(name + "3.weight", shape(tensors, name + "3.weight", 4), width, width, 3, 3);
            for (String part : List.of("weight", "bias", "running_mean", "running_var")) {
                expect(name + "4." + part, shape(tensors, name + "4." + part, 1), width);
            }
        }
        expect("output_layer.0.weight", shape(tensors, "output_layer.0.weight", 1), width);
        long[] linear = shape(tensors, "output_layer.3.weight", 2);
        expect("output_layer.3.weight", linear, linear[0], width * 7 * 7);
        expect("output_layer.4.running_var", shape(tensors, "output_layer.4.running_var", 1), linear[0]);
    }

    private static long[] shape(Map<String, long[]> tensors, String name, int axes) {
        long[] shape = tensors.get(name);
        if (shape == null) {
            throw new IllegalArgumentException("has no tensor " + name);
        }
        if (shape.length != axes) {
            throw new IllegalArgumentException(
                    "has the tensor " + name + " of shape " + Arrays.toString(shape) + ", but wants " + axes + " axes");
        }
        return shape;
    }

    private static void expect(String name, long[] actual, long... expected) {
        if (!Arrays.equals(actual, expected)) {
            throw new IllegalArgumentException("has the tensor " + name + " of shape " + Arrays.toString(actual)
                    + ", but wants " + Arrays.toString(expected));
        }
    }

    /** Names of all networks, for a sentence. */
    static String names() {
        return String.join(
                ", ",
                Stream.of("ArcFace IR-SE50", "AlexNet", "VGG16", "LPIPS heads").toList());
    }
}
