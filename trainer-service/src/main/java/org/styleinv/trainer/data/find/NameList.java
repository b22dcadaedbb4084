package org.styleinv.trainer.data.find;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.styleinv.network.file.FileRefused;
import org.styleinv.network.file.RegularFile;
import org.styleinv.trainer.data.file.Problem;

/**
 * A file of names of videos, one a line, without or with the folders above them and the ending; empty lines and those that
 * begin with # say nothing.
 *
 * @param names never empty
 */
public record NameList(Path file, Set<String> names) {
    private static final int SHOWN = 5;
    private static final int MOST_BYTES = 64 << 20; // a million names

    public static NameList read(Path file) throws IOException {
        Set<String> names = new LinkedHashSet<>();
        try {
            ByteBuffer bytes = ByteBuffer.wrap(RegularFile.bytes(file, MOST_BYTES));
            String text = StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
            for (String line : text.lines().toList()) {
                String name = line.strip();
                if (!name.isEmpty() && !name.startsWith("#")) {
                    names.add(name.replace('\\', '/'));
                }
            }
        } catch (java.nio.charset.CharacterCodingException e) {
            throw new FileRefused(file + " is no text in UTF-8; a list of names is wanted, one a line", e);
        }
        if (names.isEmpty()) {
            throw new FileRefused(file + " names no video: it wants a name a line");
        }
        return new NameList(file, names);
    }

    /** Whether {@code place}, below the top folder, is named; {@code met} keeps by which name. */
    boolean has(Path place, Set<String> met) {
        if (place.toString().isEmpty()) {
            return false; // the top folder has no name of its own
        }
        String whole = place.toString().replace('\\', '/');
        String name = place.getFileName().toString();
        boolean named = false;
        for (String candidate : List.of(whole, NaturalOrder.stem(whole), name, NaturalOrder.stem(name))) {
            if (names.contains(candidate)) {
                met.add(candidate);
                named = true;
            }
        }
        return named;
    }

    /** @throws FileRefused naming those that are no video's: a slip of the pen would show what is to stay unseen */
    void checkMet(Set<String> met, Path top) throws FileRefused {
        Set<String> missing = new LinkedHashSet<>(names);
        missing.removeAll(met);
        if (!missing.isEmpty()) {
            throw new FileRefused(file + " names "
                    + missing.stream().limit(SHOWN).collect(Collectors.joining(", "))
                    + (missing.size() > SHOWN ? " and " + (missing.size() - SHOWN) + " more" : "")
                    + ", but there is no such video in " + Problem.printable("" + top)
                    + ": mend the name, or take the line out");
        }
    }
}
