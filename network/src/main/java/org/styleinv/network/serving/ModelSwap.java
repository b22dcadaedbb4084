package org.styleinv.network.serving;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.styleinv.network.checkpoint.ModelFolder;
import org.styleinv.network.checkpoint.ModelJudge;
import org.styleinv.network.file.FileRefused;

/**
 * Replaces the running model of a service by what its folder holds now: loads it beside the running one once it was judged as
 * a whole, and lets the service change over. For a moment both are in memory.
 *
 * @param <M> kind of the model
 */
public final class ModelSwap<M extends ServedModel> implements ModelWatch.Service {
    /**
     * What must stay as it is while streams run.
     *
     * @param wDim width of w
     * @param resolution side of a frame, pixels
     */
    public record Size(int wDim, int resolution) {}

    /** A service that has a model of this kind. */
    public interface Host<M> {
        /** What tells the model in a folder from any other that the service could have. */
        default String identity(ModelFolder model) throws IOException {
            return model.digest();
        }

        /** Loads it, and tries that it works. */
        M load(Path folder) throws IOException;

        /** What has to be there before it can be served; throws {@link ModelWatch.NotYet} while that is not. */
        default void prepare(M next) {}

        /** Serves {@code next} from now on, and returns when that is so. If that cannot be, frees it and throws. */
        void replace(M next);

        /** A model was replaced by {@code next}: tells it. */
        void replaced(M next, Path folder);

        /** A model was refused, the old one goes on: tells it. */
        void refused(String sentence);
    }

    private final Set<String> networks;
    private final Size size;
    private final Host<M> host;
    private String serves;

    /**
     * @param networks that the running mesh has, see {@link ModelJudge#networks(Path)}
     * @param serves identity of what the running model was loaded from
     * @param size of the running model: every later one has the same
     */
    public ModelSwap(Set<String> networks, String serves, Size size, Host<M> host) {
        this.networks = networks;
        this.serves = serves;
        this.size = size;
        this.host = host;
    }

    @Override
    public Optional<ModelWatch.Candidate> load(Path folder) throws IOException {
        ModelFolder model = ModelFolder.open(folder);
        String identity = host.identity(model);
        if (identity.equals(serves)) {
            ModelJudge.checkDigests(model); // what was damaged since would be refused at the next start
            return Optional.empty();
        }
        ModelJudge.judge(model, networks);
        M next = host.load(folder);
        try {
            check(next, folder);
            host.prepare(next);
            return Optional.of(new Loaded(identity, next, folder));
        } catch (IOException | RuntimeException e) {
            next.close();
            throw e;
        }
    }

    private void check(M next, Path folder) throws FileRefused {
        Size other = next.size();
        if (!other.equals(size)) {
            throw new FileRefused(folder + " has w of " + other.wDim() + " values and frames of " + other.resolution()
                    + " pixels, but the running mesh has " + size.wDim() + " and " + size.resolution()
                    + ": that cannot change under running streams, so restart every service");
        }
    }

    @Override
    public void refused(String sentence) {
        host.refused(sentence);
    }

    private final class Loaded implements ModelWatch.Candidate {
        private final String identity;
        private final M next;
        private final Path folder;

        Loaded(String identity, M next, Path folder) {
            this.identity = identity;
            this.next = next;
            this.folder = folder;
        }

        @Override
        public void serve() {
            host.replace(next);
            serves = identity;
            host.replaced(next, folder);
        }

        @Override
        public void discard() {
            next.close();
        }
    }
}
