package org.styleinv.mesh.command.output;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which model a mesh serves: {@code --model}, else the variable {@code STYLEINV_MODEL}, else the one that comes along. */
public final class MeshChoice {
    @Option(
            names = "--model",
            paramLabel = "DIR",
            description = "Model folder (default: $STYLEINV_MODEL, else models/faces-64).")
    private @Nullable Path model;

    /** The folder, whether there or not. */
    public Path model() {
        return orDefault(model);
    }

    /** Whether the command line names one. */
    boolean chosen() {
        return model != null;
    }

    /** {@code model}, or what stands for it where it is null. */
    public static Path orDefault(@Nullable Path model) {
        return orDefault(model, "faces-64");
    }

    /** The same with the model of the checkout, {@code own}, that is served where neither names one. */
    public static Path orDefault(@Nullable Path model, String own) {
        Path chosen = Optional.ofNullable(model)
                .or(() -> Optional.ofNullable(System.getenv("STYLEINV_MODEL"))
                        .filter(name -> !name.isBlank())
                        .map(Path::of))
                .orElseGet(() -> home().resolve("models").resolve(own));
        return chosen.toAbsolutePath().normalize();
    }

    /** The checkout that the launcher runs from. */
    public static Path home() {
        return Path.of(System.getProperty("styleinv.home", "")).toAbsolutePath();
    }
}
