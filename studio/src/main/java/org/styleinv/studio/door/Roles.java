package org.styleinv.studio.door;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import org.styleinv.gate.HttpRoles;
import org.styleinv.gate.Role;

/** What the studio's addresses want of a token. */
@ApplicationScoped
class Roles implements HttpRoles {
    @Override
    public Optional<Role> wanted(String method, String path) {
        boolean reads = method.equals("GET") || method.equals("HEAD");
        if (path.startsWith("/v1/broadcasts")) {
            return Optional.of(reads ? Role.WATCH : Role.BROADCAST);
        }
        if (path.startsWith("/q/")) {
            return Optional.empty();
        }
        boolean about = path.equals("/v1/variants") || path.equals("/v1/models") || path.equals("/v1/directions");
        return Optional.of(path.startsWith("/v1/") && !(reads && about) ? Role.GENERATE : Role.WATCH);
    }
}
