package org.styleinv.decoder.work;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.styleinv.decoder.engine.Decoder;
import org.styleinv.decoder.engine.NetworkDecoder;
import org.styleinv.door.meter.Meters;
import org.styleinv.network.checkpoint.ModelFolder;
import org.styleinv.network.serving.ModelSwap;

/** Paints with the model that the folder holds now, from the next batch on. */
public final class DecoderHost implements ModelSwap.Host<Decoder> {
    private static final Logger LOG = Logger.getLogger(DecoderHost.class);

    private final Optional<String> style;
    private final Painter painter;
    private final Consumer<List<Decoder.Variant>> prepare;
    private final Counter swaps;
    private final Counter refusals;

    /**
     * @param prepare makes the topics of those variants; throws {@link org.styleinv.network.serving.ModelWatch.NotYet} while it
     *                cannot
     */
    public DecoderHost(
            Optional<String> style, Painter painter, Consumer<List<Decoder.Variant>> prepare, MeterRegistry meters) {
        this.style = style;
        this.painter = painter;
        this.prepare = prepare;
        swaps = Meters.counter(meters, "styleinv.decoder.model.swaps", "models taken over while the service ran");
        refusals = Meters.counter(meters, "styleinv.decoder.model.refusals", "models of the folder that were refused");
    }

    @Override
    public String identity(ModelFolder model) throws IOException {
        return NetworkDecoder.identity(model);
    }

    @Override
    public Decoder load(Path folder) throws IOException {
        return NetworkDecoder.open(folder, style);
    }

    @Override
    public void prepare(Decoder next) {
        prepare.accept(next.variants());
    }

    @Override
    public void replace(Decoder next) {
        painter.replace(next).join();
    }

    @Override
    public void replaced(Decoder next, Path folder) {
        swaps.increment();
        List<Decoder.Variant> variants = next.variants();
        LOG.infof(
                "model replaced variants=%s model=%s folder=%s",
                variants.stream().map(Decoder.Variant::name).toList(),
                variants.get(0).digest(),
                folder);
    }

    @Override
    public void refused(String sentence) {
        refusals.increment();
        LOG.warnf("model refused, the old one goes on serving cause=\"%s\"", sentence);
    }
}
