package org.styleinv.proto.identity;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A small file that people write: UTF-8 of any editor, so with or without a mark of its encoding, and any ends of lines. */
public final class TextFile {
    private static final String BYTE_ORDER_MARK = "\ufeff";

    private TextFile() {}

    /**
     * What it says, without the mark.
     *
     * @param kind      what it is to be, as in "file of tokens"
     * @param mostBytes larger ones are none
     * @throws IllegalArgumentException in one sentence, if it is no such file
     * @throws IOException              if it cannot be read
     */
    public static String read(Path file, String kind, long mostBytes) throws IOException {
        String no = file + " is no " + kind + ": ";
        if (!Files.isRegularFile(file)) {
            throw new IllegalArgumentException(
                    no + (Files.exists(file) ? "it is no regular file" : "there is none of that name"));
        }
        if (Files.size(file) > mostBytes) {
            throw new IllegalArgumentException(no + "it has " + Files.size(file) + " bytes, more than " + mostBytes);
        }
        try {
            String text = Files.readString(file);
            return text.substring(text.startsWith(BYTE_ORDER_MARK) ? 1 : 0);
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException(no + "it is not text in UTF-8", e);
        }
    }

    /** Whether a line says nothing: it is blank, or a comment. */
    public static boolean isComment(String line) {
        return line.isBlank() || line.strip().startsWith("#");
    }
}
