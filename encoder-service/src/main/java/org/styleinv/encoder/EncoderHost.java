package org.styleinv.encoder;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.styleinv.network.serving.ModelSwap;

/** Inverts with the model that the folder holds now, from the next picture on. */
final class EncoderHost implements ModelSwap.Host<Encoder> {
    private static final Logger LOG = Logger.getLogger(EncoderHost.class);

    private final Consumer<Encoder> replace;

    /** @param replace inverts with another from the next picture on, and frees the one before */
    EncoderHost(Consumer<Encoder> replace) {
        this.replace = replace;
    }

    @Override
    public Encoder load(Path folder) throws IOException {
        return NetworkEncoder.open(folder);
    }

    @Override
    public void replace(Encoder next) {
        replace.accept(next);
    }

    @Override
    public void replaced(Encoder next, Path folder) {
        LOG.infof("model replaced model=%s folder=%s", next.digest(), folder);
    }

    @Override
    public void refused(String sentence) {
        LOG.warnf("model refused, the old one goes on cause=\"%s\"", sentence);
    }
}
