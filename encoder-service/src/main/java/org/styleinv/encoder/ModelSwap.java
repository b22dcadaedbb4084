package org.styleinv.encoder;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.styleinv.network.FileRefused;
import org.styleinv.network.checkpoint.ModelFolder;
import org.styleinv.network.checkpoint.ModelJudge;
import org.styleinv.network.checkpoint.ModelWatch;

/** Inverts with the model that the folder holds now, once it was loaded and made a latent. */
final class ModelSwap implements ModelWatch.Service {
    private static final Logger LOG = Logger.getLogger(ModelSwap.class);

    private final Supplier<Encoder> running;
    private final Consumer<Encoder> replace;
    private final Set<String> networks;

    /**
     * @param networks that the running mesh has, see {@link ModelJudge#networks(Path)}
     * @param replace inverts with another from the next picture on, and frees the one before
     */
    ModelSwap(Set<String> networks, Supplier<Encoder> running, Consumer<Encoder> replace) {
        this.networks = networks;
        this.running = running;
        this.replace = replace;
    }

    @Override
    public Optional<ModelWatch.Candidate> load(Path folder) throws IOException {
        ModelFolder model = ModelFolder.open(folder);
        if (model.digest().equals(running.get().digest())) {
            ModelJudge.checkDigests(model); // what was damaged since would be refused at the next start
            return Optional.empty();
        }
        ModelJudge.judge(model, networks);
        Encoder next = NetworkEncoder.open(folder);
        try {
            check(next, folder);
            return Optional.of(new Loaded(next, folder));
        } catch (IOException | RuntimeException e) {
            next.close();
            throw e;
        }
    }

    /** The mesh's latents and pictures keep their size. */
    private void check(Encoder next, Path folder) throws FileRefused {
        int side = running.get().resolution();
        int width = running.get().wDim();
        if (next.wDim() != width || next.resolution() != side) {
            throw new FileRefused(folder + " has w of " + next.wDim() + " values and frames of " + next.resolution()
                    + " pixels, but the running mesh has " + width + " and " + side
                    + ": that cannot change under running streams, so restart every service");
        }
    }

    @Override
    public void refused(String sentence) {
        LOG.warnf("model refused, the old one goes on cause=\"%s\"", sentence);
    }

    private final class Loaded implements ModelWatch.Candidate {
        private final Encoder encoder;
        private final Path folder;

        Loaded(Encoder encoder, Path folder) {
            this.encoder = encoder;
            this.folder = folder;
        }

        @Override
        public void serve() {
            replace.accept(encoder);
            LOG.infof("model replaced model=%s folder=%s", encoder.digest(), folder);
        }

        @Override
        public void discard() {
            encoder.close();
        }
    }
}
