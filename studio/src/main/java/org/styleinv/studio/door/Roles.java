package org.styleinv.studio.door;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.Set;
import org.styleinv.gate.HttpRoles;
import org.styleinv.gate.Role;

/** What the studio's addresses want of a token. */
@ApplicationScoped
class Roles implements HttpRoles {
    private static final Set<String> LISTS = Set.of("/v1/variants", "/v1/models", "/v1/directions");

    /** Empty for what is none of the studio's. */
    @Override
    public Optional<Role> wanted(String method, String path) {
        boolean reads = method.equals("GET") || method.equals("HEAD");
        if (path.startsWith("/v1/broadcasts")) {
            return Optional.of(reads ? Role.WATCH : Role.BROADCAST);
        }
        if (path.startsWith("/v1/")) {
            return Optional.of(reads && LISTS.contains(path) ? Role.WATCH : Role.GENERATE);
        }
        boolean page = path.equals("/") || path.equals("/training") || path.startsWith("/page/");
        return page ? Optional.of(Role.WATCH) : Optional.empty();
    }
}
