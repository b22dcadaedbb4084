package org.styleinv.mesh.bench.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.styleinv.network.FixedBatch;
import org.styleinv.network.Pass;
import org.styleinv.network.Weights;
import org.styleinv.network.checkpoint.Architecture;
import org.styleinv.network.inversion.InversionEncoder;
import org.styleinv.network.motion.StyleInV;
import org.styleinv.network.plain.Plain;
import org.styleinv.network.plain.PlainEncoder;
import org.styleinv.network.plain.PlainSynthesis;
import org.styleinv.network.stylegan.Generator;
import org.styleinv.network.stylegan.Noise;

/** A network with a batch to work on: as it is served, and plainly in eager DJL. Both do the same work on the same values. */
interface BenchedNetwork {
    /** Runs the network; the result belongs to the pass. */
    NDArray run(Pass pass);

    /** Runs its plain form. */
    NDArray runPlainly(Plain plain);

    /** {@code w -> image}. */
    static BenchedNetwork decoder(NDManager manager, Architecture architecture, Weights weights, int batch) {
        var generator = new Generator(architecture.generator());
        NDArray w = random(manager, batch, generator.synthesis().config().wDim());
        // As decoder-service does: large pictures one by one on a CPU, whatever the batch.
        boolean alone = FixedBatch.of(
                                manager.getDevice(),
                                generator.synthesis().config().resolution())
                        .size()
                == 1;
        PlainSynthesis plainly = new PlainSynthesis(generator.synthesis().config()).prepare(manager, weights);
        return new BenchedNetwork() {
            @Override
            public NDArray run(Pass pass) {
                if (!alone) {
                    return generator.synthesis().forward(pass, w, Noise.CONST);
                }
                var images = new NDList();
                for (int i = 0; i < batch; i++) {
                    try (NDManager scope = pass.scope().newSubManager()) {
                        NDArray one = w.get(new NDIndex(i + ":" + (i + 1)));
                        NDArray image = generator.synthesis().forward(pass.in(scope), one, Noise.CONST);
                        one.close();
                        image.attach(pass.scope());
                        images.add(image);
                    }
                }
                return NDArrays.concat(images);
            }

            @Override
            public NDArray runPlainly(Plain plain) {
                return plainly.forward(plain, w);
            }
        };
    }

    /** {@code image -> w0}. */
    static BenchedNetwork encoder(NDManager manager, Architecture architecture, int batch) {
        var encoder = new InversionEncoder(NetworkBench.encoder(architecture));
        var plainly = new PlainEncoder(NetworkBench.encoder(architecture).backbone());
        NDArray images = images(manager, architecture, batch);
        return new BenchedNetwork() {
            @Override
            public NDArray run(Pass pass) {
                return encoder.forward(pass, images);
            }

            @Override
            public NDArray runPlainly(Plain plain) {
                return plainly.invert(plain, images);
            }
        };
    }

    /** Features of the first frame and styles {@code -> w_t}: what depends on time, the rest being done once a stream. */
    static BenchedNetwork motion(NDManager manager, Architecture architecture, Weights weights, int batch) {
        StyleInV.Config config = NetworkBench.motion(architecture);
        var motion = new StyleInV(config);
        var plainly = new PlainEncoder(config.backbone());
        NDArray styles = random(manager, batch, config.style().wDim());
        NDArray w0 = random(manager, batch, config.style().wDim());
        NDArray features;
        NDArray plainFeatures;
        try (NDManager scope = manager.newSubManager()) {
            NDArray images = images(manager, architecture, batch);
            features = motion.prefix(Pass.inference(scope, weights), images);
            plainFeatures = plainly.prefix(new Plain(scope, weights), images);
            features.attach(manager);
            plainFeatures.attach(manager);
        }
        return new BenchedNetwork() {
            @Override
            public NDArray run(Pass pass) {
                return motion.encode(pass, features, styles, w0);
            }

            @Override
            public NDArray runPlainly(Plain plain) {
                return plainly.encode(plain, plainFeatures, styles).add(w0);
            }
        };
    }

    private static NDArray random(NDManager manager, int batch, int width) {
        return manager.randomNormal(0, 1, new Shape(batch, width), DataType.FLOAT32);
    }

    private static NDArray images(NDManager manager, Architecture architecture, int batch) {
        int side = architecture.generator().synthesis().resolution();
        return manager.randomUniform(-1, 1, new Shape(batch, 3, side, side), DataType.FLOAT32);
    }
}
