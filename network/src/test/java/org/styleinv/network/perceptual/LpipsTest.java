package org.styleinv.network.perceptual;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.styleinv.network.Autograd;
import org.styleinv.network.Pass;
import org.styleinv.network.inversion.ArcFace;
import org.styleinv.network.inversion.IrSeBackbone;

/** Perceptual and identity losses as mathematics; their numbers are held by the full-size fixtures. */
class LpipsTest {
    @Test
    void equalPicturesAreNotApartAndGradientsReachOthers() {
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            for (Lpips.Network network : Lpips.Network.values()) {
                List<Integer> narrow =
                        network.widths().stream().map(width -> width / 16).toList();
                Lpips lpips = new Lpips(network, narrow);
                Pass pass = Pass.training(manager, lpips.initialize(manager, 1));
                NDArray x = manager.randomUniform(-1, 1, new Shape(2, 3, 64, 64));
                NDArray y = manager.randomUniform(-1, 1, new Shape(2, 3, 64, 64));
                assertEquals(0, lpips.distance(pass, x, x).getFloat(), 1e-9);
                x.setRequiresGradient(true);
                NDArray distance = lpips.distance(pass, x, y);
                assertTrue(distance.getFloat() > 1e-3);
                float slope = Autograd.gradients(pass, distance, List.of(x))
                        .get(0)
                        .abs()
                        .sum()
                        .getFloat();
                assertTrue(slope > 0 && Float.isFinite(slope), network + ": " + slope);
            }
        }
    }

    @Test
    void aFaceIsItself() {
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            ArcFace network = new ArcFace(new ArcFace.Config(new IrSeBackbone.Config(List.of(16, 16, 16, 16)), 8));
            Pass pass = Pass.inference(manager, network.initialize(manager, 1));
            NDArray features = network.features(pass, manager.randomUniform(-1, 1, new Shape(2, 3, 256, 256)));
            assertEquals(new Shape(2, 8), features.getShape());
            assertEquals(1, features.get(0).square().sum().getFloat(), 1e-5);
            assertEquals(0, ArcFace.loss(pass, features, features).getFloat(), 1e-5);
        }
    }
}
