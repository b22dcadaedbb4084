package org.styleinv.proto.identity;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;

/** Shows a token with every call. */
public final class Bearer implements ClientInterceptor {
    /** The header that carries it, as {@code Bearer TOKEN}. */
    public static final Metadata.Key<String> HEADER =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

    private static final long MOST_BYTES = 4096;

    private final Supplier<String> token;

    private Bearer(Supplier<String> token) {
        this.token = token;
    }

    /**
     * Of a file that holds the token alone, read again when it changes.
     *
     * @throws IllegalArgumentException in one sentence, if it holds none
     */
    public static Bearer of(Path file) {
        return new Bearer(FileWatch.of(List.of(file), () -> token(file)));
    }

    private static String token(Path file) throws IOException {
        String token = TextFile.read(file, "file with a token", MOST_BYTES).strip();
        if (!token.matches("[A-Za-z0-9._~+/=-]+")) {
            throw new IllegalArgumentException(
                    file + " has no token: it wants one alone, as `styleinv token` makes it");
        }
        return token;
    }

    /** The token, as the file has it now. */
    public String token() {
        return token.get();
    }

    @Override
    public <Q, R> ClientCall<Q, R> interceptCall(MethodDescriptor<Q, R> method, CallOptions options, Channel next) {
        return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
            @Override
            public void start(Listener<R> listener, Metadata headers) {
                headers.put(HEADER, "Bearer " + token.get());
                super.start(listener, headers);
            }
        };
    }
}
