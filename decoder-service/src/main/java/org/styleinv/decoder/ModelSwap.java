package org.styleinv.decoder;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.styleinv.network.FileRefused;
import org.styleinv.network.checkpoint.ModelFolder;
import org.styleinv.network.checkpoint.ModelJudge;
import org.styleinv.network.checkpoint.ModelWatch;

/**
 * Replaces the running model by what its folder holds now: loads it beside the running one once it
 * was judged as a whole, and hands it to the engine's thread, which changes over between two batches. For a moment both are in memory.
 */
final class ModelSwap implements ModelWatch.Service {
    private static final Logger LOG = Logger.getLogger(ModelSwap.class);

    private final Set<String> networks;
    private final Optional<String> style;
    private final Painter painter;
    private final Consumer<List<Decoder.Variant>> prepare;
    private final Counter swaps;
    private final Counter refusals;
    private final Decoder.Variant shape;
    private String serves;

    /**
     * @param networks that the running mesh has, see {@link ModelJudge#networks(Path)}
     * @param serves what the running model was loaded from, see {@link NetworkDecoder#identity}
     * @param shape a variant of the running model: every later one has its width and its resolution
     * @param prepare makes the topics of those variants; throws {@link ModelWatch.NotYet} while it cannot
     */
    ModelSwap(
            Set<String> networks,
            String serves,
            Decoder.Variant shape,
            Optional<String> style,
            Painter painter,
            Consumer<List<Decoder.Variant>> prepare,
            MeterRegistry meters) {
        this.networks = networks;
        this.serves = serves;
        this.shape = shape;
        this.style = style;
        this.painter = painter;
        this.prepare = prepare;
        swaps = meters.counter("styleinv.decoder.model.swaps");
        refusals = meters.counter("styleinv.decoder.model.refusals");
    }

    /** Shows on the meters whether the folder holds a model that is not served. */
    static void show(ModelWatch watch, MeterRegistry meters) {
        Gauge.builder(
                        "styleinv.decoder.model.refused",
                        watch,
                        one -> one.refused().isEmpty() ? 0 : 1)
                .strongReference(true)
                .register(meters);
    }

    @Override
    public Optional<ModelWatch.Candidate> load(Path folder) throws IOException {
        ModelFolder model = ModelFolder.open(folder);
        String identity = NetworkDecoder.identity(model);
        if (identity.equals(serves)) {
            ModelJudge.checkDigests(model); // what was damaged since would be refused at the next start
            return Optional.empty();
        }
        ModelJudge.judge(model, networks);
        NetworkDecoder next = NetworkDecoder.open(folder, style);
        try {
            check(next, folder);
            prepare.accept(next.variants());
            return Optional.of(new Loaded(identity, next, folder));
        } catch (IOException | RuntimeException e) {
            next.close();
            throw e;
        }
    }

    /** Streams that run have latents of one width and frames of one size. */
    private void check(Decoder next, Path folder) throws FileRefused {
        for (Decoder.Variant variant : next.variants()) {
            if (variant.wDim() != shape.wDim() || variant.resolution() != shape.resolution()) {
                throw new FileRefused(folder + " has w of " + variant.wDim() + " values and frames of "
                        + variant.resolution() + " pixels, but the running mesh has " + shape.wDim() + " and "
                        + shape.resolution() + ": that cannot change under running streams, so restart every service");
            }
        }
    }

    @Override
    public void refused(String sentence) {
        refusals.increment();
        LOG.warnf("model refused, the old one goes on serving cause=\"%s\"", sentence);
    }

    private final class Loaded implements ModelWatch.Candidate {
        private final String identity;
        private final Decoder decoder;
        private final Path folder;

        Loaded(String identity, Decoder decoder, Path folder) {
            this.identity = identity;
            this.decoder = decoder;
            this.folder = folder;
        }

        @Override
        public void serve() {
            List<Decoder.Variant> variants = decoder.variants();
            painter.replace(decoder).join();
            serves = identity;
            swaps.increment();
            LOG.infof(
                    "model replaced variants=%s model=%s folder=%s",
                    variants.stream().map(Decoder.Variant::name).toList(),
                    variants.get(0).digest(),
                    folder);
        }

        @Override
        public void discard() {
            decoder.close();
        }
    }
}
