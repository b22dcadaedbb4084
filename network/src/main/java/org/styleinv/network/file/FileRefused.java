package org.styleinv.network.file;

import java.io.IOException;

/** A file that is not what it should be: damaged, hostile, or of another kind. Its message is one short line that names it. */
public final class FileRefused extends IOException {
    private static final long serialVersionUID = 1;

    public FileRefused(String message) {
        super(Printable.sentence(message));
    }

    public FileRefused(String message, Throwable cause) {
        super(Printable.sentence(message), cause);
    }
}
