package org.styleinv.network;

import java.io.IOException;

/** A file that is not what it should be: damaged, hostile, or of another kind. Its message is one sentence naming it. */
public final class FileRefused extends IOException {
    private static final long serialVersionUID = 1;

    public FileRefused(String message) {
        super(message);
    }

    public FileRefused(String message, Throwable cause) {
        super(message, cause);
    }
}
