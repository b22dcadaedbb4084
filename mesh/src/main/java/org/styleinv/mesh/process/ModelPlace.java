package org.styleinv.mesh.process;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.styleinv.network.checkpoint.ModelFolder;
import org.styleinv.network.checkpoint.ModelJudge;
import org.styleinv.network.file.FileRefused;
import org.styleinv.network.file.FolderReplacement;
import org.styleinv.trainer.evaluate.Gate;

/** The folder that services read. A model comes there as a copy, by a rename, and what was there is replaced. */
public final class ModelPlace {
    private final Path place;

    public ModelPlace(Path place) {
        this.place = place.toAbsolutePath().normalize();
    }

    public Path folder() {
        return place;
    }

    /**
     * What was published.
     *
     * @param verified its networks and variants
     */
    public record Outcome(String name, String digest, List<String> verified) {}

    /** Publishes a model that passes its gate. */
    public Outcome publish(Path folder) throws IOException {
        return publish(folder, false);
    }

    /**
     * Publishes a model, judged before it was copied and verified afterwards.
     *
     * @param forced whether a model that fails its gate is published all the same; its record says so
     * @throws FileRefused naming what fails its gate; the old model stays
     */
    public Outcome publish(Path folder, boolean forced) throws IOException {
        return FolderReplacement.replace(place, coming -> {
            ModelJudge.judge(ModelFolder.openParts(folder));
            Optional<Gate.Passage> passage = Gate.passage(folder);
            if (passage.isPresent() && !passage.get().failures().isEmpty() && !forced) {
                throw new FileRefused(folder + " fails its gate, and is not published: "
                        + String.join("; ", passage.get().failures()) + "; --force publishes it all the same");
            }
            FolderReplacement.copy(folder, coming);
            if (passage.isPresent()) {
                passage.get().write(coming);
            }
            ModelFolder copy = ModelFolder.openParts(coming);
            return new Outcome(copy.name(), copy.digest(), ModelJudge.verify(copy));
        });
    }

    /** Puts there what nobody has looked at: services must judge it themselves. */
    public void put(Path folder) throws IOException {
        FolderReplacement.replace(place, coming -> {
            FolderReplacement.copy(folder, coming);
            return coming;
        });
    }
}
