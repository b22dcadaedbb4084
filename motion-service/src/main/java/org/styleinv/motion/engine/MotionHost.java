package org.styleinv.motion.engine;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import org.jboss.logging.Logger;
import org.styleinv.door.meter.Meters;
import org.styleinv.network.serving.ModelSwap;

/** Lets new streams begin with the model that the folder holds now. */
public final class MotionHost implements ModelSwap.Host<MotionModel> {
    private static final Logger LOG = Logger.getLogger(MotionHost.class);

    private final ReplaceableMotion motion;
    private final Animator animator;
    private final Counter swaps;
    private final Counter refusals;

    public MotionHost(ReplaceableMotion motion, Animator animator, MeterRegistry meters) {
        this.motion = motion;
        this.animator = animator;
        swaps = Meters.counter(meters, "styleinv.motion.model.swaps", "models taken over while the service ran");
        refusals = Meters.counter(meters, "styleinv.motion.model.refusals", "models of the folder that were refused");
    }

    @Override
    public MotionModel load(Path folder) throws IOException {
        return NetworkMotion.open(folder);
    }

    @Override
    public void replace(MotionModel next) {
        animator.replace(motion, next).join();
    }

    @Override
    public void replaced(MotionModel next, Path folder) {
        swaps.increment();
        LOG.infof("model replaced, for new streams model=%s folder=%s", next.digest(), folder);
    }

    @Override
    public void refused(String sentence) {
        refusals.increment();
        LOG.warnf("model refused, the old one goes on cause=\"%s\"", sentence);
    }
}
