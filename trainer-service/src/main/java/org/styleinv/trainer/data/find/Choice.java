package org.styleinv.trainer.data.find;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.styleinv.network.file.FileRefused;
import org.styleinv.trainer.data.file.Problem;

/**
 * Which videos are wanted of those that are found.
 *
 * @param only the names of them; empty for all
 * @param heldOut the names of those that are not, whatever {@code only} says
 */
public record Choice(Optional<NameList> only, Optional<NameList> heldOut) {
    public static final Choice ALL = new Choice(Optional.empty(), Optional.empty());

    /**
     * The chosen ones of {@code all}; what the others are, and what is wrong with them, is not told.
     *
     * @param into where they are going to be written
     * @throws FileRefused where a name is no video's, nothing is left, or one that is held out is in {@code into} already
     */
    public Sources of(Sources all, Path into) throws IOException {
        if (only.isEmpty() && heldOut.isEmpty()) {
            return all;
        }
        Set<String> wanted = new HashSet<>();
        Set<String> unwanted = new HashSet<>();
        List<Source> chosen = new ArrayList<>();
        int others = 0; // files
        for (Source video : all.videos()) {
            boolean out = heldOut.isPresent() && heldOut.get().has(video.place(), unwanted);
            boolean in = only.isEmpty() || only.get().has(video.place(), wanted);
            if (out && Files.exists(into.resolve(video.place().toString()))) {
                throw new FileRefused(into + " has " + video.place() + " already, which "
                        + heldOut.get().file() + " holds out: delete it there, or choose another folder");
            }
            if (in && !out) {
                chosen.add(video);
            } else {
                others += video.files().size();
            }
        }
        Set<Path> paths = new HashSet<>();
        chosen.forEach(video -> paths.add(video.path()));
        List<Problem> notes = new ArrayList<>(all.notes());
        notes.removeIf(note -> !paths.contains(note.file()));
        List<Problem> problems = new ArrayList<>();
        for (Problem problem : all.problems()) {
            Path place = place(all.top(), problem.file());
            boolean out = heldOut.isPresent() && heldOut.get().has(place, unwanted);
            boolean in = only.isEmpty() || only.get().has(place, wanted);
            if (in && !out) {
                problems.add(problem);
            } else {
                others++;
            }
        }
        if (only.isPresent()) {
            only.get().checkMet(wanted, all.top());
        }
        if (heldOut.isPresent()) {
            heldOut.get().checkMet(unwanted, all.top());
        }
        if (chosen.isEmpty() && problems.isEmpty()) {
            throw new FileRefused("no video of " + Problem.printable("" + all.top()) + " is left: "
                    + heldOut.map(list -> list.file() + " holds out all that are asked for")
                            .orElse("none is asked for"));
        }
        return new Sources(all.top(), chosen, Math.max(0, all.files() - others), all.passedOver(), problems, notes);
    }

    private static Path place(Path top, Path file) {
        return file.startsWith(top) ? top.relativize(file) : file;
    }
}
