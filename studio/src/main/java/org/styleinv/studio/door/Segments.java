package org.styleinv.studio.door;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import org.styleinv.client.FrameStream;
import org.styleinv.proto.Encoding;
import org.styleinv.studio.StudioConfig;
import org.styleinv.studio.request.Parts;
import org.styleinv.studio.request.Stretch;
import org.styleinv.studio.stream.Film;
import org.styleinv.studio.stream.Room;
import org.styleinv.studio.upstream.Mesh;
import org.styleinv.studio.upstream.Meter;
import org.styleinv.studio.upstream.Served;
import org.styleinv.video.Segment;
import org.styleinv.video.provenance.Origin;

/** Makes the parts of a video that HLS players ask for, so many at a time for all who ask. */
@ApplicationScoped
class Segments {
    private static final String MP4 = "video/mp4";

    private final Mesh mesh;
    private final Room room;

    Segments(Mesh mesh, StudioConfig config) {
        this.mesh = mesh;
        room = new Room(config.maxSegments(), "segments on their way");
    }

    /** What all parts of a stretch begin with. */
    byte[] header(Stretch stretch, Served served) throws IOException {
        int side = served.base().getResolution();
        Origin origin = Origin.generated(served.makers(stretch.video().looks()), stretch.text());
        return Segment.header(side, side, stretch.range().fps(), Film.enlarged(side), origin);
    }

    /** The bytes of a part: a function of what is asked for and of the model. */
    byte[] part(Parts parts, Served served, long number, Meter meter) throws IOException {
        try (Room.Place place = room.enter()) {
            meter.frames(parts.frames(number), served);
            return made(parts, served, number);
        }
    }

    private byte[] made(Parts parts, Served served, long number) throws IOException {
        int side = served.base().getResolution();
        try (FrameStream frames =
                        mesh.part(parts.stretch().part(parts.place(number), parts.frames(number), Encoding.RAW));
                var segment = new Segment(side, side, parts.stretch().range().fps(), Film.enlarged(side))) {
            while (frames.hasNext()) {
                segment.write(
                        Mesh.demand(frames.next(), served).getImage().getData().toByteArray());
            }
            return segment.finish(number, parts.place(number));
        }
    }

    /** An answer that any cache may keep. */
    static Response kept(byte[] media) {
        return Response.ok(media)
                .type(MP4)
                .header(HttpHeaders.CACHE_CONTROL, FrameResource.FOR_EVER)
                .build();
    }
}
