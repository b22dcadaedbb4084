package org.styleinv.studio.problem;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.styleinv.gate.Denied;
import org.styleinv.proto.wire.Pushback;
import org.styleinv.proto.wire.StatusText;

/** An answer other than the one asked for: a status of HTTP, and a sentence that says what it got and what it wants. */
public final class Problem extends RuntimeException {
    private static final long serialVersionUID = 1;
    private static final long RETRY_S = 1;

    private final int status;
    private final long retryAfterS; // 0: not said
    private final transient Map<String, Object> more = new LinkedHashMap<>();

    private Problem(int status, String sentence, long retryAfterS, @Nullable Throwable cause) {
        super(StatusText.of(sentence), cause);
        this.status = status;
        this.retryAfterS = retryAfterS;
    }

    /** A problem of that status. */
    public static Problem of(int status, String sentence) {
        return new Problem(status, sentence, 0, null);
    }

    /** 400: the request can never be answered. */
    public static Problem bad(String sentence) {
        return of(400, sentence);
    }

    /** 400: what the checks of the wire say. */
    public static Problem bad(IllegalArgumentException wrong) {
        return bad(wrong.getMessage() == null ? "an argument is none that the mesh takes" : wrong.getMessage());
    }

    /** 429: the studio has no room; the caller is told when to ask again. */
    public static Problem busy(String sentence) {
        return new Problem(429, sentence, RETRY_S, null);
    }

    /** 429: the caller's quota is used up; it is told when to ask again. */
    public static Problem busy(Denied denied) {
        return new Problem(429, String.valueOf(denied.getMessage()), seconds(denied.retryMs()), denied);
    }

    private static long seconds(long millis) {
        return Math.max(RETRY_S, (millis + 999) / 1000);
    }

    /** 503: what is asked for can be given later. */
    public static Problem away(String sentence) {
        return new Problem(503, sentence, RETRY_S, null);
    }

    /** What a service of the mesh said, in HTTP's words. */
    public static Problem of(StatusRuntimeException refusal) {
        Status status = refusal.getStatus();
        String told = status.getDescription() == null ? "the mesh says " + status.getCode() : status.getDescription();
        return switch (status.getCode()) {
            case INVALID_ARGUMENT, OUT_OF_RANGE -> new Problem(400, told, 0, refusal);
            case UNAUTHENTICATED -> new Problem(401, told, 0, refusal);
            case PERMISSION_DENIED -> new Problem(403, told, 0, refusal);
            case NOT_FOUND -> new Problem(404, told, 0, refusal);
            case ALREADY_EXISTS, ABORTED, FAILED_PRECONDITION -> new Problem(409, told, 0, refusal);
            case RESOURCE_EXHAUSTED -> new Problem(429, told, pushbackS(refusal), refusal);
            case UNIMPLEMENTED -> new Problem(501, told, 0, refusal);
            case UNAVAILABLE, CANCELLED -> new Problem(503, "the mesh cannot answer: " + told, RETRY_S, refusal);
            case DEADLINE_EXCEEDED -> new Problem(504, "the mesh did not answer in time: " + told, 0, refusal);
            default -> new Problem(500, "the mesh failed: " + told, 0, refusal);
        };
    }

    private static long pushbackS(StatusRuntimeException refusal) {
        OptionalLong millis =
                refusal.getTrailers() == null ? OptionalLong.empty() : Pushback.millis(refusal.getTrailers());
        return millis.isPresent() ? seconds(millis.getAsLong()) : RETRY_S;
    }

    /** Adds a member that machines read. */
    public Problem with(String name, Object value) {
        more.put(name, value);
        return this;
    }

    public int status() {
        return status;
    }

    /** Seconds after which to ask again; 0 where that is not said. */
    public long retryAfterS() {
        return retryAfterS;
    }

    /** The members of the answer, in order. */
    public Map<String, Object> members() {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("title", Titles.of(status));
        members.put("status", status);
        members.put("detail", getMessage());
        members.putAll(more);
        return members;
    }
}
