package org.styleinv.studio.problem;

import io.grpc.StatusRuntimeException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Turns whatever a resource throws into a problem. */
public final class ProblemAnswers {
    private static final Logger LOG = Logger.getLogger(ProblemAnswers.class);

    /** The media type of a problem. */
    public static final MediaType TYPE = new MediaType("application", "problem+json");

    @ServerExceptionMapper
    Response problem(Problem problem) {
        Response.ResponseBuilder answer = Response.status(problem.status())
                .type(TYPE)
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .entity(problem.members());
        if (problem.retryAfterS() > 0) {
            answer.header(HttpHeaders.RETRY_AFTER, problem.retryAfterS());
        }
        return answer.build();
    }

    @ServerExceptionMapper
    Response mesh(StatusRuntimeException refusal) {
        return problem(Problem.of(refusal));
    }

    /** The checks of the wire speak like this. */
    @ServerExceptionMapper
    Response argument(IllegalArgumentException wrong) {
        return problem(Problem.bad(wrong));
    }

    /** What the framework itself refuses: an address that is none, a method, a media type. */
    @ServerExceptionMapper
    Response framework(WebApplicationException refusal) {
        int status = refusal.getResponse().getStatus();
        String sentence =
                switch (status) {
                    case 404 -> "there is nothing at this address; / lists what there is";
                    case 405 -> "this address does not take this method";
                    case 406 -> "this address has no form that the request accepts";
                    case 415 -> "this address does not take this media type";
                    default -> String.valueOf(refusal.getMessage());
                };
        return problem(Problem.of(status, sentence));
    }

    @ServerExceptionMapper
    Response failure(RuntimeException failure) {
        LOG.error("a request failed", failure);
        return problem(Problem.of(500, "the studio failed, see its log"));
    }
}
