package org.styleinv.trainer.command;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.styleinv.network.file.FileRefused;

/**
 * What the makers of the training data want to be said wherever the model goes.
 *
 * @param text empty where nothing is to be said
 */
record Notice(String text) {
    private static final long LARGEST = 50_000;

    /**
     * @param file text in UTF-8; null for none
     * @throws IOException naming the file, where it is absent, empty, too large or no text
     */
    static Notice read(@Nullable Path file) throws IOException {
        if (file == null) {
            return new Notice("");
        }
        try {
            if (Files.size(file) > LARGEST) {
                throw new FileRefused(file + " has " + Files.size(file) + " bytes; a notice has at most " + LARGEST);
            }
            String text = Files.readString(file).strip();
            if (text.isEmpty()) {
                throw new FileRefused(file + " is empty, so it is no notice");
            }
            return new Notice(text);
        } catch (NoSuchFileException e) {
            throw new FileRefused("--notice " + file + " does not exist");
        } catch (CharacterCodingException e) {
            throw new FileRefused("--notice " + file + " is no text in UTF-8");
        }
    }

    /** The record's words and, behind them, this. */
    String behind(String data) {
        return text.isEmpty() ? data : data + "\n\n" + text;
    }

    /** Writes {@code NOTICE} in a folder; one that is there stays where nothing is to be said. */
    void copyTo(Path folder) throws IOException {
        if (!text.isEmpty()) {
            Files.writeString(folder.resolve("NOTICE"), text + "\n");
        }
    }
}
