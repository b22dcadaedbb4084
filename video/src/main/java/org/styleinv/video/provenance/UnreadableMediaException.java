package org.styleinv.video.provenance;

import java.io.IOException;

/** Why nothing can be said of a file: it is no picture or video that is known here, or a part of one. The message continues the file's name. */
public final class UnreadableMediaException extends IOException {
    private static final long serialVersionUID = 1;

    UnreadableMediaException(String sentence) {
        super(sentence);
    }
}
