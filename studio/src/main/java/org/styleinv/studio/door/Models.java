package org.styleinv.studio.door;

import java.util.Optional;
import org.styleinv.proto.wire.StatusText;
import org.styleinv.studio.problem.Problem;
import org.styleinv.studio.request.Video;
import org.styleinv.studio.upstream.Served;

/** The parameter {@code model}: an address is for one model, and no other answers for it. */
final class Models {
    private Models() {}

    /** The digest that is served for a video; refuses an address that wants another. */
    static String demand(Optional<String> asked, Served served, Video video) {
        String digest = served.digest(video.looks());
        if (asked.isPresent() && !asked.get().equals(digest)) {
            throw Problem.of(
                            404,
                            "model " + StatusText.of(asked.get()) + " is not served, but " + digest
                                    + " is; leave model out to be led there")
                    .with("asked", StatusText.of(asked.get()))
                    .with("served", digest);
        }
        return digest;
    }
}
