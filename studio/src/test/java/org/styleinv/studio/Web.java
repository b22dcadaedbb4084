package org.styleinv.studio;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.styleinv.video.provenance.Testimony;

/** A browser without a window: follows nothing by itself. */
public final class Web {
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final URI base;
    private final HttpClient client;

    public Web(URI base) {
        this(base, CLIENT);
    }

    private Web(URI base, HttpClient client) {
        this.base = base;
        this.client = client;
    }

    /** By HTTP/2, from the second request on: the first asks for it. */
    public static Web ofHttp2(URI base) {
        return new Web(
                base, HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build());
    }

    public URI at(String address) {
        return base.resolve(address);
    }

    public HttpResponse<byte[]> get(String address, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(at(address)).timeout(Duration.ofSeconds(30));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return send(request.build());
    }

    /** As the other, through redirects. */
    public HttpResponse<byte[]> follow(String address) {
        HttpResponse<byte[]> answer = get(address);
        return answer.statusCode() == 307
                ? get(answer.headers().firstValue("location").orElseThrow())
                : answer;
    }

    public HttpResponse<byte[]> send(HttpRequest request) {
        try {
            return client.send(request, HttpResponse.BodyHandlers.ofByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    public static String text(HttpResponse<byte[]> answer) {
        return new String(answer.body(), StandardCharsets.UTF_8);
    }

    /** What a picture or a video that came says of its origin. */
    public static Testimony says(byte[] body) {
        try {
            Path file = Files.createTempFile("says", null);
            try {
                return Testimony.of(Files.write(file, body));
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static String header(HttpResponse<?> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }

    /** Waits, for at most 30 s. */
    public static void await(BooleanSupplier until) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!until.getAsBoolean()) {
            assertTrue(System.nanoTime() < end, "it did not happen within 30 s");
            LockSupport.parkNanos(20_000_000);
        }
    }
}
