package org.styleinv.trainer.data.frame;

import java.io.IOException;
import java.nio.file.Path;

/** One frame of a video is no good, but those after it can still be asked for, so that all bad ones get their names. */
public final class BadFrame extends IOException {
    private static final long serialVersionUID = 1;

    private final transient Path file;

    BadFrame(Path file, String reason) {
        super(reason);
        this.file = file;
    }

    public Path file() {
        return file;
    }
}
