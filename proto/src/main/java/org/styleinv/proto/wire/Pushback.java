package org.styleinv.proto.wire;

import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.OptionalLong;

/** A refusal for want of room, with the time after which to try again, as gRPC's retries read it (proposal A6). */
public final class Pushback {
    /** Of the trailers: milliseconds in decimal. */
    public static final Metadata.Key<String> KEY =
            Metadata.Key.of("grpc-retry-pushback-ms", Metadata.ASCII_STRING_MARSHALLER);

    private static final long MILLIS = 2000;

    private Pushback() {}

    /** RESOURCE_EXHAUSTED with a sentence and the hint. */
    public static StatusRuntimeException refusal(String sentence) {
        return Status.RESOURCE_EXHAUSTED
                .withDescription(sentence + "; try again in " + MILLIS / 1000 + " s, or ask another replica")
                .asRuntimeException(trailers(MILLIS));
    }

    /** The hint alone, in milliseconds from 1. */
    public static Metadata trailers(long millis) {
        Metadata trailers = new Metadata();
        trailers.put(KEY, Long.toString(millis));
        return trailers;
    }

    /** Milliseconds after which a server without room wants to be asked again; empty if these trailers do not say. */
    public static OptionalLong millis(Metadata trailers) {
        String text = trailers.get(KEY);
        return text != null && text.matches("[0-9]{1,6}")
                ? OptionalLong.of(Long.parseLong(text))
                : OptionalLong.empty();
    }
}
