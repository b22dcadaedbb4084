package org.styleinv.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.styleinv.network.Pass.Statistics;
import org.styleinv.network.inversion.InversionEncoder;
import org.styleinv.network.inversion.IrSeBackbone;
import org.styleinv.network.motion.StyleInV;
import org.styleinv.network.motion.TemporalStyle;
import org.styleinv.network.stylegan.Generator;
import org.styleinv.network.stylegan.Noise;
import org.styleinv.network.stylegan.SynthesisNetwork;

/** Every result belongs to the scope of its pass: a service that runs for weeks keeps nothing. */
class NothingIsLeftBehindTest {
    private static final IrSeBackbone.Config BACKBONE =
            new IrSeBackbone.Config(List.of(16, 16, 16, 16), List.of(1, 1, 1, 1));

    private final NDManager manager = NDManager.newBaseManager();

    @AfterEach
    void close() {
        manager.close();
    }

    private void assertClean(Weights weights, Consumer<Pass> call) {
        int own = weights.manager().getManagedArrays().size();
        int all = manager.getManagedArrays().size();
        for (int i = 0; i < 20; i++) {
            try (NDManager scope = manager.newSubManager()) {
                Pass pass = i % 2 == 0
                        ? Pass.inference(scope, weights)
                        : Pass.training(scope, weights).with(Statistics.BATCH);
                call.accept(pass);
                assertTrue(!scope.getManagedArrays().isEmpty());
            }
        }
        assertEquals(own, weights.manager().getManagedArrays().size(), "arrays of the weights");
        assertEquals(all, manager.getManagedArrays().size(), "arrays beside the scope");
    }

    @Test
    void byTheGenerator() {
        Generator generator =
                new Generator(new Generator.Config(8, 2, new SynthesisNetwork.Config(8, 16, 128, 16, true, 256)));
        Weights weights = generator.initialize(manager, 1);
        NDArray z = manager.randomNormal(new Shape(2, 8));
        List<NDArray> parameters = weights.parameters(generator);
        assertClean(weights, pass -> {
            NDArray image = generator.forward(pass, z, 0.7, Noise.random(1));
            generator.mapping().track(pass, generator.mapping().forward(pass, z));
            if (pass.training()) {
                Autograd.gradients(pass, image.sum(), parameters);
            }
        });
    }

    @Test
    void byTheEncoder() {
        InversionEncoder encoder = new InversionEncoder(new InversionEncoder.Config(8, BACKBONE));
        NDArray image = manager.randomNormal(new Shape(2, 3, 32, 32));
        assertClean(encoder.initialize(manager, 1), pass -> encoder.forward(pass, image));
    }

    @Test
    void byTheMotion() {
        StyleInV motion =
                new StyleInV(new StyleInV.Config(BACKBONE, new TemporalStyle.Config(8, 8, 32, 8, 4, 8, 32, 11)));
        NDArray image = manager.randomNormal(new Shape(2, 3, 32, 32));
        NDArray w0 = manager.randomNormal(new Shape(2, 8));
        NDArray noise = manager.randomNormal(new Shape(2, 6, 8));
        NDArray ts = manager.create(new float[] {0, 0.1f, 0.5f, 0, 0.3f, 1}, new Shape(2, 3));
        assertClean(motion.initialize(manager, 1), pass -> {
            motion.forward(pass, image, w0, noise, ts);
            float[] code = motion.style().segment(pass, 1, 1000).code(1.5);
            NDArray styles = motion.style().styles(pass, w0, List.of(code, code));
            motion.encode(pass, motion.prefix(pass, image), styles, w0);
        });
    }
}
