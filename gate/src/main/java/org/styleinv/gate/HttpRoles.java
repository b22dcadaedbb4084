package org.styleinv.gate;

import java.util.Optional;

/** What an application's addresses want. */
@FunctionalInterface
public interface HttpRoles {
    /**
     * The role that a request wants; empty where the application does not know the address.
     *
     * @param method of HTTP, in capitals
     * @param path   normalised, from its first slash
     */
    Optional<Role> wanted(String method, String path);
}
