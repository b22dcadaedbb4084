package org.styleinv.studio.problem;

import jakarta.ws.rs.core.Response;

/** HTTP's own names of its statuses. */
final class Titles {
    private Titles() {}

    static String of(int status) {
        Response.Status known = Response.Status.fromStatusCode(status);
        return known == null ? "Status " + status : known.getReasonPhrase();
    }
}
