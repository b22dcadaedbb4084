package org.styleinv.motion;

import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;

/** A refusal for want of room, with the time after which to try again, as gRPC's retries read it (proposal A6). */
final class Pushback {
    static final Metadata.Key<String> KEY = Metadata.Key.of("grpc-retry-pushback-ms", Metadata.ASCII_STRING_MARSHALLER);

    private static final long MILLIS = 2000;

    private Pushback() {}

    /** RESOURCE_EXHAUSTED with a sentence and the hint. */
    static StatusRuntimeException refusal(String sentence) {
        Metadata trailers = new Metadata();
        trailers.put(KEY, Long.toString(MILLIS));
        return Status.RESOURCE_EXHAUSTED
                .withDescription(sentence + "; try again in " + MILLIS / 1000 + " s, or ask another replica")
                .asRuntimeException(trailers);
    }
}
