package org.styleinv.network.serving;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.styleinv.network.ComputeDevice;
import org.styleinv.network.checkpoint.ModelFolder;
import org.styleinv.network.checkpoint.ModelJudge;

/** How a service gets its model from a folder: the same refusals in each, and nothing is left of a load that failed. */
public final class ModelLoader {
    private ModelLoader() {}

    /** Loads what a service uses of a folder. */
    @FunctionalInterface
    public interface Opening<M> {
        M open(Path folder) throws IOException;
    }

    /** Makes a model of what a folder holds. */
    @FunctionalInterface
    public interface Body<M> {
        /** @param manager of the model's arrays; the model closes it */
        M load(ModelFolder folder, NDManager manager) throws IOException;
    }

    /**
     * The folder that {@code styleinv.model} names.
     *
     * @param service its name, for the sentence
     * @throws IllegalStateException if it names none
     */
    public static Path folder(String service, Optional<Path> set) {
        return set.filter(path -> !path.toString().isBlank())
                .orElseThrow(() ->
                        new IllegalStateException(service + " has no model: set styleinv.model to a model folder"));
    }

    /**
     * The first model of a service. All of the folder is verified, for each service refuses what another would.
     *
     * @param service its name, for the sentence
     * @throws IllegalStateException in one sentence, if something is missing or damaged
     */
    public static <M> M first(String service, Path folder, Opening<M> opening) {
        try {
            ComputeDevice.chosen();
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException(service + " has no device: " + e.getMessage(), e);
        }
        try {
            ModelJudge.verify(ModelFolder.open(folder));
            return opening.open(folder);
        } catch (IOException | RuntimeException e) {
            throw new IllegalStateException(
                    service + " has no model: " + e.getMessage() + "; set styleinv.model to a model folder", e);
        }
    }

    /** A model with a manager of its own, which is closed if the load fails. Says only what is wrong with the folder. */
    public static <M> M open(Path folder, Body<M> body) throws IOException {
        NDManager manager = ComputeDevice.manager();
        try {
            ModelFolder model = ModelFolder.open(folder);
            ModelJudge.demandPrecision(model, manager); // of every service, for each refuses what another would
            return body.load(model, manager);
        } catch (IOException | RuntimeException e) {
            manager.close();
            throw e;
        }
    }
}
