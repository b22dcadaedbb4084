package org.styleinv.studio.stream;

import org.styleinv.proto.Frame;
import org.styleinv.proto.wire.Makers;
import org.styleinv.studio.request.Video;
import org.styleinv.video.provenance.Origin;

/** What single frames of a video say of their origin. */
public final class Origins {
    private Origins() {}

    public static Origin of(Video video, Frame frame) {
        return Origin.generated(Makers.of(frame), video.frame(frame.getIndex()));
    }
}
