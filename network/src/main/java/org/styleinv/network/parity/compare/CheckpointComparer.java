package org.styleinv.network.parity.compare;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.styleinv.network.checkpoint.published.Published;
import org.styleinv.network.file.SafeTensors;
import org.styleinv.network.parity.check.Check;
import org.styleinv.network.parity.check.Checks;
import org.styleinv.network.parity.fixture.FixtureSet;
import org.styleinv.network.parity.fixture.Npz;

/** Checkpoints as they were published: each network in them must have exactly the tensors of its weights file. */
public final class CheckpointComparer implements Comparer {
    private static final Map<String, String> WEIGHTS = Map.of(
            "generator", GeneratorComparer.WEIGHTS,
            "discriminator", DiscriminatorComparer.WEIGHTS,
            "encoder", EncoderComparer.WEIGHTS,
            "motion", StyleInVComparer.WEIGHTS,
            "video_discriminator", VideoDiscriminatorComparer.WEIGHTS);

    @Override
    public String name() {
        return "checkpoints";
    }

    @Override
    public List<String> files() {
        return List.of("stylegan2-nosource.pkl", "psp-nosource.pkl", "styleinv-nosource.pkl");
    }

    @Override
    public boolean reads(String file) {
        return file.endsWith(".pkl");
    }

    @Override
    public void compare(FixtureSet set, NDManager manager, Checks checks) {
        for (String file : set.files()) {
            if (!reads(file)) {
                continue;
            }
            try (Published published = Published.open(set.path(file))) {
                for (String network : published.networks()) {
                    compare(
                            checks,
                            file,
                            network,
                            published.sources(network),
                            set.npz(Objects.requireNonNull(WEIGHTS.get(network), network)));
                }
            } catch (IOException e) {
                checks.failed(file, "", "could not be used: " + e.getMessage());
            }
        }
    }

    private static void compare(
            Checks checks, String file, String network, List<SafeTensors.Source> tensors, Npz weights)
            throws IOException {
        Set<String> missing = new LinkedHashSet<>(weights.names());
        double worst = 0;
        for (SafeTensors.Source tensor : tensors) {
            String name = tensor.entry().name();
            if (!missing.remove(name)) {
                checks.failed(file, network, "the tensor " + name + " is not in " + weights.file());
                return;
            }
            Npz.Array expected = weights.get(name);
            if (!java.util.Arrays.equals(expected.shape(), tensor.entry().shape())) {
                checks.failed(file, network, "the tensor " + name + " has another shape in " + weights.file());
                return;
            }
            ByteBuffer bytes = tensor.values().read().order(ByteOrder.LITTLE_ENDIAN);
            for (double value : expected.values()) {
                double ours = tensor.entry().type() == SafeTensors.Type.I64 ? bytes.getLong() : bytes.getFloat();
                worst = Double.compare(value, ours) == 0 ? worst : Math.max(worst, Math.abs(value - ours));
            }
        }
        if (!missing.isEmpty()) {
            checks.failed(file, network, "the tensor " + missing.iterator().next() + " is not in the checkpoint");
            return;
        }
        checks.add(new Check(file, network, worst, worst, 0, worst == 0, ""));
    }
}
