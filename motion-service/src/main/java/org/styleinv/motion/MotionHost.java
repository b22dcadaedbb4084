package org.styleinv.motion;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import org.jboss.logging.Logger;
import org.styleinv.network.checkpoint.ModelFolder;
import org.styleinv.network.serving.ModelSwap;

/** Lets new streams begin with the model that the folder holds now. */
final class MotionHost implements ModelSwap.Host<Motion> {
    private static final Logger LOG = Logger.getLogger(MotionHost.class);

    private final Motions motions;
    private final Animator animator;
    private final Counter swaps;
    private final Counter refusals;

    MotionHost(Motions motions, Animator animator, MeterRegistry meters) {
        this.motions = motions;
        this.animator = animator;
        swaps = meters.counter("styleinv.motion.model.swaps");
        refusals = meters.counter("styleinv.motion.model.refusals");
    }

    static ModelSwap.Size size(Motion motion) {
        return new ModelSwap.Size(motion.wDim(), motion.resolution());
    }

    @Override
    public String identity(ModelFolder model) {
        return model.digest();
    }

    @Override
    public Motion load(Path folder) throws IOException {
        return NetworkMotion.open(folder);
    }

    @Override
    public Set<ModelSwap.Size> sizes(Motion motion) {
        return Set.of(size(motion));
    }

    @Override
    public void replace(Motion next) {
        animator.replace(motions, next).join();
    }

    @Override
    public void replaced(Motion next, Path folder) {
        swaps.increment();
        LOG.infof("model replaced, for new streams model=%s folder=%s", next.digest(), folder);
    }

    @Override
    public void refused(String sentence) {
        refusals.increment();
        LOG.warnf("model refused, the old one goes on cause=\"%s\"", sentence);
    }
}
