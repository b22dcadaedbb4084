package org.styleinv.gate.oidc;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.jboss.logging.Logger;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.lang.JoseException;

/**
 * The public keys of an issuer, fetched on a thread of their own: nobody who comes with a token waits for it, however many
 * name keys that there are not. While the issuer is away those that were known are.
 */
final class IssuerKeys implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(IssuerKeys.class);
    private static final Duration ANSWER = Duration.ofSeconds(5);
    private static final int MOST_CHARACTERS = 1 << 20;
    private static final long USUAL_MS = TimeUnit.MINUTES.toMillis(5);
    private static final long SOON_MS = TimeUnit.SECONDS.toMillis(2); // between two looks, whoever asks for them

    private final URI place;
    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(ANSWER).build();
    private final ScheduledThreadPoolExecutor thread = new ScheduledThreadPoolExecutor(1, task -> {
        Thread one = new Thread(task, "gate-issuer-keys");
        one.setDaemon(true);
        return one;
    });
    private final AtomicLong looked = new AtomicLong(System.nanoTime() - TimeUnit.MILLISECONDS.toNanos(SOON_MS));
    private volatile List<JsonWebKey> known = List.of();

    /** @throws IllegalArgumentException if keys cannot be believed that come from there */
    IssuerKeys(URI place) {
        this.place = place;
        if (!isFile() && !isSafe()) {
            throw new IllegalArgumentException("styleinv.access.oidc.keys wants https or a file, got " + place
                    + ": whoever changes keys on their way lets in whom he likes");
        }
        thread.scheduleWithFixedDelay(this::look, 0, USUAL_MS, TimeUnit.MILLISECONDS);
    }

    private boolean isFile() {
        return place.getScheme() == null || place.getScheme().equals("file");
    }

    private boolean isSafe() {
        try {
            return "https".equals(place.getScheme())
                    || "http".equals(place.getScheme())
                            && InetAddress.getByName(place.getHost()).isLoopbackAddress();
        } catch (IOException e) {
            return false;
        }
    }

    /** Those that are known now. */
    List<JsonWebKey> known() {
        return known;
    }

    /** Somebody names another: looks again, if the last look was not just now. */
    void lookAgain() {
        long last = looked.get();
        long now = System.nanoTime();
        if (now - last > TimeUnit.MILLISECONDS.toNanos(SOON_MS) && looked.compareAndSet(last, now)) {
            try {
                thread.execute(this::look);
            } catch (RejectedExecutionException e) {
                LOG.debug("the service ends");
            }
        }
    }

    private void look() {
        try {
            known = List.copyOf(new JsonWebKeySet(text()).getJsonWebKeys());
        } catch (IOException | JoseException | RuntimeException e) {
            LOG.warnf(
                    "keys of an issuer cannot be read, those from before stay place=%s known=%d cause=\"%s\"",
                    place, known.size(), e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private String text() throws IOException, InterruptedException {
        if (isFile()) {
            Path file = place.getScheme() == null ? Path.of(place.getPath()) : Path.of(place);
            if (!Files.isRegularFile(file) || Files.size(file) > MOST_CHARACTERS) {
                throw new IOException(file + " is no file of keys");
            }
            return Files.readString(file);
        }
        HttpResponse<String> answer = answer();
        if (answer.statusCode() != 200 || answer.body().length() > MOST_CHARACTERS) {
            throw new IOException("the answer is " + answer.statusCode() + " with "
                    + answer.body().length() + " characters");
        }
        return answer.body();
    }

    /** A request's own limit ends with the headers; who sends no body must not hold this thread. */
    private HttpResponse<String> answer() throws IOException, InterruptedException {
        var asked = client.sendAsync(
                HttpRequest.newBuilder(place).timeout(ANSWER).build(), HttpResponse.BodyHandlers.ofString());
        try {
            return asked.get(2 * ANSWER.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new IOException(
                    e.getCause() == null ? e.toString() : e.getCause().toString(), e);
        } catch (TimeoutException e) {
            asked.cancel(true);
            throw new IOException("there is no whole answer after " + 2 * ANSWER.toSeconds() + " s", e);
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
