package org.styleinv.trainer.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.styleinv.proto.Progress;
import org.styleinv.proto.TrainerGrpc;
import org.styleinv.proto.WatchRequest;

/** What a run shows, over real connections. */
@Timeout(60)
class WatchingTest {
    private static final WatchRequest REQUEST = WatchRequest.getDefaultInstance();

    @TempDir
    private Path run;

    private final AtomicLong ended = new AtomicLong();
    private Watching watching;
    private ManagedChannel channel;

    @BeforeEach
    void open() throws IOException {
        watching = Watching.open("localhost", 0, 0, run, ended::get);
        channel = NettyChannelBuilder.forAddress("localhost", watching.grpcPort())
                .usePlaintext()
                .build();
    }

    @AfterEach
    void close() {
        channel.shutdownNow();
        watching.close();
    }

    private static Progress line(long kimg) {
        return Progress.newBuilder().setStage("generator").setKimg(kimg).build();
    }

    private Iterator<Progress> watch() {
        return TrainerGrpc.newBlockingStub(channel).watch(REQUEST);
    }

    @Test
    void aWatcherSeesTheNewestLineAndEachOneAfterItUntilTheEnd() {
        watching.show(line(1));
        watching.show(line(2));
        Iterator<Progress> lines = watch();
        assertEquals(2, lines.next().getKimg());
        watching.show(line(3));
        assertEquals(3, lines.next().getKimg());
        watching.close();
        assertFalse(lines.hasNext());
    }

    @Test
    void aRunThatFailsTellsWhy() {
        Iterator<Progress> lines = watch();
        watching.show(line(1));
        assertEquals(1, lines.next().getKimg());
        watching.fail("the disk is full");
        StatusRuntimeException told = assertThrows(StatusRuntimeException.class, lines::hasNext);
        assertEquals(Status.Code.ABORTED, told.getStatus().getCode());
        assertEquals("the disk is full", told.getStatus().getDescription());
    }

    /** Asks for lines one by one. */
    private static final class Slow implements ClientResponseObserver<WatchRequest, Progress> {
        private final BlockingQueue<Progress> taken = new LinkedBlockingQueue<>();
        private ClientCallStreamObserver<WatchRequest> call;

        @Override
        public void beforeStart(ClientCallStreamObserver<WatchRequest> started) {
            call = started;
            started.disableAutoRequestWithInitial(1);
        }

        @Override
        public void onNext(Progress line) {
            taken.add(line);
        }

        @Override
        public void onError(Throwable failure) {}

        @Override
        public void onCompleted() {}

        private Progress next() throws InterruptedException {
            Progress line = taken.poll(20, TimeUnit.SECONDS);
            call.request(1);
            return line;
        }
    }

    @Test
    void whoReadsSlowlyMissesLinesAndHoldsUpNobody() throws InterruptedException {
        Slow slow = new Slow();
        TrainerGrpc.newStub(channel).watch(REQUEST, slow);
        watching.show(line(0));
        assertEquals(0, slow.next().getKimg());
        String large = "x".repeat(100_000);
        int all = 2000;
        for (int i = 1; i <= all; i++) {
            watching.show(line(i).toBuilder().setRun(large).build());
        }
        long last = 0;
        int count = 0;
        while (last < all) {
            long now = (long) slow.next().getKimg();
            assertTrue(now > last, now + " after " + last);
            last = now;
            count++;
        }
        assertTrue(count < all / 2, count + " of " + all + " lines were kept for one who does not read");
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        URI uri = URI.create("http://localhost:" + watching.httpPort() + path);
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void thePageHasTheNewestFiguresPicturesAndClip() throws IOException, InterruptedException {
        assertTrue(get("/").body().contains("StyleInV training"));
        assertTrue(get("/figures").body().contains("\"lines\":[]"));
        Files.writeString(run.resolve("stats.jsonl"), "{\"kimg\":1.5}\n{\"kimg\":");
        for (String file : new String[] {"pictures/reals.png", "pictures/g-000001.png", "clips/m-000002.mp4"}) {
            Files.createDirectories(run.resolve(file).getParent());
            Files.writeString(run.resolve(file), file);
        }
        String figures = get("/figures").body();
        assertTrue(figures.contains("\"lines\":[{\"kimg\":1.5},{}]"), figures);
        figures = figures.replaceAll("[?]\\d+", "?TIME");
        assertTrue(figures.contains("\"pictures\":[\"pictures/g-000001.png?TIME\",\"pictures/reals.png\"]"), figures);
        assertTrue(figures.contains("\"clips\":[\"clips/m-000002.mp4?TIME\"]"), figures);
        HttpResponse<String> clip = get("/clips/m-000002.mp4?1");
        assertEquals("clips/m-000002.mp4", clip.body());
        assertEquals("video/mp4", clip.headers().firstValue("Content-Type").orElseThrow());
    }

    @Test
    void nothingElseIsGiven() throws IOException, InterruptedException {
        Files.writeString(run.resolve("config.json"), "secret");
        for (String path : new String[] {
            "/config.json", "/pictures/../config.json", "/pictures/%2e%2e/config.json", "/pictures/..%2fconfig.json"
        }) {
            HttpResponse<String> answer = get(path);
            assertEquals(404, answer.statusCode(), path);
            assertFalse(answer.body().contains("secret"), path);
        }
    }

    @Test
    void aProbeHearsWhenTheFirstStepHasEnded() throws IOException, InterruptedException {
        assertEquals(503, get("/q/health/started").statusCode());
        assertEquals(200, get("/q/health/live").statusCode());
        ended.set(1);
        assertEquals(200, get("/q/health/started").statusCode());
        assertEquals(200, get("/q/health/ready").statusCode());
    }

    @Test
    void aRunThatIsStuckIsNotAlive() {
        AtomicLong clock = new AtomicLong();
        Probes probes = new Probes(ended::get, clock::get);
        clock.set(899);
        assertTrue(probes.live().up());
        clock.set(900);
        assertEquals(new Probes.State(false, "steps since the start: 0, for 900 s"), probes.live());
        ended.set(1);
        assertTrue(probes.live().up());
    }

    @Test
    void aTakenPortIsNamed() {
        int taken = watching.grpcPort();
        IOException refused =
                assertThrows(IOException.class, () -> Watching.open("localhost", taken, null, run, ended::get));
        assertTrue(refused.getMessage().contains(String.valueOf(taken)), refused.getMessage());
        int page = watching.httpPort();
        refused = assertThrows(IOException.class, () -> Watching.open("localhost", null, page, run, ended::get));
        assertTrue(refused.getMessage().contains(String.valueOf(page)), refused.getMessage());
    }
}
