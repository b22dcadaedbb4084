package org.styleinv.studio.live;

import io.quarkus.websockets.next.HttpUpgradeCheck;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.styleinv.studio.StudioConfig;

/**
 * Who may open a socket: as many as there is room for, and no page of another site. A browser lets any page open a socket to
 * anywhere, CORS or not, and says where the page is from.
 */
@ApplicationScoped
public class LiveAdmission implements HttpUpgradeCheck {
    private final LiveSocket sockets;
    private final int most;
    private final Set<String> origins;

    LiveAdmission(LiveSocket sockets, StudioConfig config) {
        this.sockets = sockets;
        most = config.maxSockets();
        origins = Set.copyOf(config.origins().orElse(List.of()));
    }

    @Override
    public Uni<CheckResult> perform(HttpUpgradeContext context) {
        if (sockets.connected() >= most) {
            return CheckResult.rejectUpgrade(429, Map.of("Retry-After", List.of("1")));
        }
        String origin = context.httpRequest().getHeader("Origin");
        String host = context.httpRequest().getHeader("Host");
        return origin == null || origins.contains(origin) || isOf(origin, host)
                ? CheckResult.permitUpgrade()
                : CheckResult.rejectUpgrade(403);
    }

    private static boolean isOf(String origin, @Nullable String host) {
        try {
            return host != null && host.equalsIgnoreCase(URI.create(origin).getAuthority());
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
