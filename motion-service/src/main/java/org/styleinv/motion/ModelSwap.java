package org.styleinv.motion;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import org.jboss.logging.Logger;
import org.styleinv.network.FileRefused;
import org.styleinv.network.checkpoint.ModelFolder;
import org.styleinv.network.checkpoint.ModelJudge;
import org.styleinv.network.checkpoint.ModelWatch;

/** Lets new streams begin with the model that the folder holds now, once it was loaded and made a latent. */
final class ModelSwap implements ModelWatch.Service {
    private static final Logger LOG = Logger.getLogger(ModelSwap.class);

    private final Set<String> networks;
    private final Motions motions;
    private final Animator animator;
    private final Counter swaps;
    private final Counter refusals;

    /** @param networks that the running mesh has, see {@link ModelJudge#networks(Path)} */
    ModelSwap(Set<String> networks, Motions motions, Animator animator, MeterRegistry meters) {
        this.networks = networks;
        this.motions = motions;
        this.animator = animator;
        swaps = meters.counter("styleinv.motion.model.swaps");
        refusals = meters.counter("styleinv.motion.model.refusals");
    }

    /** Shows on the meters whether the folder holds a model that is not used. */
    static void show(ModelWatch watch, MeterRegistry meters) {
        Gauge.builder(
                        "styleinv.motion.model.refused",
                        watch,
                        one -> one.refused().isEmpty() ? 0 : 1)
                .strongReference(true)
                .register(meters);
    }

    @Override
    public Optional<ModelWatch.Candidate> load(Path folder) throws IOException {
        ModelFolder model = ModelFolder.open(folder);
        if (model.digest().equals(motions.digest())) {
            ModelJudge.checkDigests(model); // what was damaged since would be refused at the next start
            return Optional.empty();
        }
        ModelJudge.judge(model, networks);
        Motion next = NetworkMotion.open(folder);
        try {
            check(next, folder);
            return Optional.of(new Loaded(next, folder));
        } catch (IOException | RuntimeException e) {
            next.close();
            throw e;
        }
    }

    /** The decoders' frames and latents keep their size. */
    private void check(Motion next, Path folder) throws FileRefused {
        int side = next.resolution();
        if (next.wDim() != motions.wDim() || side != motions.resolution()) {
            throw new FileRefused(folder + " has w of " + next.wDim() + " values and frames of " + side
                    + " pixels, but the running mesh has " + motions.wDim() + " and " + motions.resolution()
                    + ": that cannot change under running streams, so restart every service");
        }
    }

    @Override
    public void refused(String sentence) {
        refusals.increment();
        LOG.warnf("model refused, the old one goes on cause=\"%s\"", sentence);
    }

    /** The engine has {@code next} from now on; where it takes nothing more, {@code next} is freed. */
    static void handOver(Animator animator, Motions motions, Motion next) {
        try {
            animator.call(engine -> {
                        motions.replace(next);
                        return null;
                    })
                    .join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RejectedExecutionException) {
                next.close();
            }
            throw e;
        }
    }

    private final class Loaded implements ModelWatch.Candidate {
        private final Motion motion;
        private final Path folder;

        Loaded(Motion motion, Path folder) {
            this.motion = motion;
            this.folder = folder;
        }

        @Override
        public void serve() {
            handOver(animator, motions, motion);
            swaps.increment();
            LOG.infof("model replaced, for new streams model=%s folder=%s", motion.digest(), folder);
        }

        @Override
        public void discard() {
            motion.close();
        }
    }
}
