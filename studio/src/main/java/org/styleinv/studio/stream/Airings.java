package org.styleinv.studio.stream;

import io.grpc.StatusRuntimeException;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashMap;
import java.util.Map;
import org.styleinv.client.FrameStream;
import org.styleinv.gate.Tenant;
import org.styleinv.proto.Broadcast;
import org.styleinv.proto.Encoding;
import org.styleinv.proto.GenerateRequest;
import org.styleinv.proto.Pace;
import org.styleinv.studio.problem.Problem;
import org.styleinv.studio.upstream.Mesh;
import org.styleinv.studio.upstream.Meter;

/** The broadcasts that somebody watches here, each with one stream of the mesh for all of them. */
@ApplicationScoped
public class Airings {
    private final Mesh mesh;
    private final Map<String, Airing> airings = new HashMap<>(); // by tenant and id

    Airings(Mesh mesh) {
        this.mesh = mesh;
    }

    /** A seat before a broadcast; NOT_FOUND names those that the tenant sees. */
    public Screening.Frames watch(Tenant tenant, String id) {
        Broadcast broadcast = mesh.broadcast(tenant, id);
        String key = broadcast.getTenant() + "/" + id;
        synchronized (airings) {
            Airing airing = airings.get(key);
            if (airing != null && airing.shows(broadcast) && airing.join()) {
                return airing.seat();
            }
            Airing begun = new Airing(broadcast);
            begin(key, begun, broadcast);
            airings.put(key, begun);
            return begun.seat();
        }
    }

    private void begin(String key, Airing airing, Broadcast broadcast) {
        GenerateRequest request = Airing.request(broadcast, System.currentTimeMillis())
                .orElseThrow(
                        () -> Problem.of(404, "broadcast \"" + broadcast.getId() + "\" has run back to its beginning"))
                .toBuilder()
                .setEncoding(Encoding.JPEG)
                .setPace(Pace.REAL_TIME)
                .build();
        FrameStream stream = mesh.stream(request);
        var thread = new Thread(
                () -> {
                    try {
                        airing.run(Screening.frames(stream, Meter.NONE), () -> isLive(airing));
                    } finally {
                        synchronized (airings) {
                            airings.remove(key, airing);
                        }
                    }
                },
                "studio-broadcast-" + key);
        thread.setDaemon(true);
        thread.start();
    }

    /** Whether a broadcast is still what is shown; while nobody can say, it is. */
    private boolean isLive(Airing airing) {
        try {
            return mesh.broadcasts(Tenant.MESH).stream().anyMatch(airing::shows);
        } catch (StatusRuntimeException e) {
            return true;
        }
    }
}
