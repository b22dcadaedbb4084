package org.styleinv.trainer.data.frame;

import java.io.IOException;
import java.nio.file.Path;
import org.styleinv.trainer.data.file.Problem;

/** One frame of a video is no good, but those after it can still be asked for, so that all bad ones get their names. */
public final class BadFrame extends IOException {
    private static final long serialVersionUID = 1;

    private final transient Problem problem;

    BadFrame(Path file, String reason) {
        super(reason);
        problem = new Problem(file, reason);
    }

    /** The frame's file, and what is wrong with it. */
    public Problem problem() {
        return problem;
    }
}
