package org.styleinv.encoder;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Path;
import org.styleinv.network.Pass;
import org.styleinv.network.Weights;
import org.styleinv.network.inversion.InversionEncoder;
import org.styleinv.network.serving.ModelLoader;

/** The inversion encoder on libtorch. */
final class NetworkEncoder implements Encoder {
    private final NDManager manager;
    private final InversionEncoder network;
    private final Weights weights;
    private final String digest;
    private final int resolution;

    NetworkEncoder(NDManager manager, InversionEncoder network, Weights weights, String digest, int resolution) {
        this.manager = manager;
        this.network = network;
        this.weights = weights;
        this.digest = digest;
        this.resolution = resolution;
    }

    /** Loads a model folder's encoder; a missing or damaged one is refused in one sentence. */
    static Encoder load(Path folder) {
        return ModelLoader.first("encoder-service", folder, NetworkEncoder::open);
    }

    /** As {@link #load}, saying only what is wrong with the folder. */
    static Encoder open(Path folder) throws IOException {
        return ModelLoader.open(folder, (model, manager) -> {
            if (model.architecture().encoder() == null) {
                throw new IOException(folder + " has no encoder: that stage of its training was not run");
            }
            var network = new InversionEncoder(model.architecture().encoder());
            return new NetworkEncoder(
                    manager,
                    network,
                    model.loadEncoder(manager).constant(network),
                    model.digest(),
                    model.architecture().generator().synthesis().resolution());
        });
    }

    @Override
    public String digest() {
        return digest;
    }

    @Override
    public int wDim() {
        return network.config().wDim();
    }

    @Override
    public int resolution() {
        return resolution;
    }

    @Override
    public float[] invert(float[] planes) {
        try (NDManager scope = manager.newSubManager()) {
            var image = scope.create(planes, new Shape(1, 3, resolution, resolution));
            return network.forward(Pass.inference(scope, weights), image).toFloatArray();
        }
    }

    @Override
    public void close() {
        manager.close();
    }
}
