package org.styleinv.mesh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.stub.MetadataUtils;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.styleinv.client.StreamClient;
import org.styleinv.mesh.Collector.Span;
import org.styleinv.proto.Encoding;
import org.styleinv.proto.Frame;
import org.styleinv.proto.GenerateRequest;
import org.styleinv.proto.Image;
import org.styleinv.proto.MotionGrpc;
import org.styleinv.proto.wire.TraceParent;

/** What a collector gets of a mesh's streams. */
@QuarkusTest
@TestProfile(SeenThrough.class)
@Timeout(120)
class TracesTest {
    private static final int EVERY = SeenThrough.EVERY;
    private static final int FRAMES = 9;
    private static final String KEPT = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String OF_SILENCE = "33333333333333333333333333333333";
    private static final String OF_HISTOGRAMS = "44444444444444444444444444444444";
    private static final String FENCE = "22222222222222222222222222222222";
    private static final Set<String> OWN = Set.of(FENCE, KEPT, OF_SILENCE, OF_HISTOGRAMS);

    /** With the scrape protocol of k8s/components/monitored; with its own ones it asks for plain text, too, and is given that. */
    private static final String AS_PROMETHEUS_ASKS = "application/openmetrics-text;version=1.0.0;q=0.5,*/*;q=0.1";

    private static final String CALLER = "00f067aa0ba902b7";
    private static final Set<String> WAY = Set.of(
            "motion batch", "styleinv.latents", "queue", "painting", "encoding", "styleinv.frames.base", "delivery");

    @ConfigProperty(name = "quarkus.grpc.server.test-port")
    int port;

    @TestHTTPResource
    URI http;

    private ManagedChannel channel;

    @BeforeEach
    void open() {
        channel = StreamClient.channel("localhost:" + port);
    }

    @AfterEach
    void close() {
        channel.shutdownNow();
    }

    private static GenerateRequest.Builder seed() {
        return GenerateRequest.newBuilder().setSeed(6);
    }

    private static GenerateRequest.Builder picture() throws IOException {
        var png = new ByteArrayOutputStream();
        ImageIO.write(
                new BufferedImage(TestMesh.RESOLUTION, TestMesh.RESOLUTION, BufferedImage.TYPE_INT_RGB), "png", png);
        return GenerateRequest.newBuilder()
                .setImage(Image.newBuilder().setEncoding(Encoding.PNG).setData(ByteString.copyFrom(png.toByteArray())));
    }

    /** Streams to its end. */
    private void stream(GenerateRequest.Builder request, Optional<String> traceparent) {
        Metadata headers = new Metadata();
        traceparent.ifPresent(value -> headers.put(TraceParent.KEY, value));
        Iterator<Frame> frames = MotionGrpc.newBlockingStub(channel)
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
                .withDeadlineAfter(60, TimeUnit.SECONDS)
                .generateStream(request.setFrameCount(FRAMES).build());
        for (long index = 0; index < FRAMES; index++) {
            assertEquals(index, frames.next().getIndex());
        }
        assertEquals(false, frames.hasNext());
    }

    private static String sampled(String trace) {
        return "00-" + trace + "-" + CALLER + "-01";
    }

    /** A trace whose call and frames have come. */
    private static List<Span> whole(String trace) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (true) {
            List<Span> spans = SeenThrough.collector().spans().stream()
                    .filter(span -> span.trace().equals(trace))
                    .toList();
            Map<String, Long> names = spans.stream().collect(Collectors.groupingBy(Span::name, Collectors.counting()));
            if (names.containsKey("styleinv.v1.Motion/GenerateStream")
                    && names.getOrDefault("frame", 0L) == (FRAMES + EVERY - 1) / EVERY
                    && WAY.stream().allMatch(part -> names.getOrDefault(part, 0L) >= names.get("frame"))) {
                return spans;
            }
            assertTrue(System.nanoTime() < end, () -> "the trace is not whole: " + names);
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    private static Span only(List<Span> spans, Predicate<Span> which) {
        List<Span> found = spans.stream().filter(which).toList();
        assertEquals(1, found.size(), () -> found + " of " + spans);
        return found.get(0);
    }

    private static Span named(List<Span> spans, String name) {
        return only(spans, span -> span.name().equals(name));
    }

    private static Span below(List<Span> spans, Span parent, String name) {
        return only(spans, span -> span.name().equals(name) && span.parent().equals(parent.id()));
    }

    @Test
    void aSampledFrameIsOneConnectedTraceFromTheCallToItsDelivery() throws Exception {
        stream(picture(), Optional.of(sampled(KEPT)));
        List<Span> spans = whole(KEPT);
        Span call = named(spans, "styleinv.v1.Motion/GenerateStream");
        assertEquals(CALLER, call.parent());
        Map<String, Span> byId = spans.stream().collect(Collectors.toMap(Span::id, span -> span));
        for (Span span : spans) {
            assertTrue(span == call || byId.containsKey(span.parent()), () -> span + " hangs on nothing");
            assertTrue(span.endNanos() >= span.beginNanos(), span::toString);
        }
        Span opening = below(spans, call, "opening");
        below(spans, below(spans, opening, "inversion"), "styleinv.v1.Encoder/Invert");
        below(spans, below(spans, opening, "first frame"), "styleinv.v1.Decoder/Synthesize");
        List<Span> frames =
                spans.stream().filter(span -> span.name().equals("frame")).toList();
        for (Span frame : frames) {
            assertEquals(call.id(), frame.parent());
            assertEquals(
                    WAY,
                    spans.stream()
                            .filter(span -> span.parent().equals(frame.id()))
                            .map(Span::name)
                            .collect(Collectors.toSet()));
            long before = frame.beginNanos();
            for (String part : List.of("motion batch", "queue", "painting", "encoding", "delivery")) {
                Span one = below(spans, frame, part);
                assertTrue(
                        one.endNanos() >= before && one.endNanos() <= frame.endNanos() + 1_000_000,
                        () -> part + " of " + spans);
                before = one.endNanos();
            }
        }
    }

    /** Whatever stands where a trace should, the stream goes on; a later trace that is kept shows that none of them was. */
    @Test
    void aStreamThatIsNotSampledLeavesNothing() throws Exception {
        String unsampled = "11111111111111111111111111111111";
        stream(seed(), Optional.empty());
        stream(seed(), Optional.of("00-" + unsampled + "-" + CALLER + "-00"));
        stream(seed(), Optional.of("no trace"));
        stream(seed(), Optional.of("x".repeat(4000)));
        stream(seed(), Optional.of("00-" + unsampled + "-" + CALLER + "-01-more"));
        stream(seed(), Optional.of(sampled(FENCE)));
        whole(FENCE);
        for (Span span : SeenThrough.collector().spans()) {
            assertTrue(OWN.contains(span.trace()), span::toString);
        }
    }

    /** From a slow frame on a dashboard to its trace; which of the kept ones a bucket names is left to the library. */
    @Test
    void histogramsNameTracesThatAreKept() throws Exception {
        stream(seed(), Optional.of(sampled(OF_HISTOGRAMS)));
        whole(OF_HISTOGRAMS);
        HttpRequest scrape = HttpRequest.newBuilder(http.resolve("/q/metrics"))
                .header("Accept", AS_PROMETHEUS_ASKS)
                .build();
        String figures = HttpClient.newHttpClient()
                .send(scrape, HttpResponse.BodyHandlers.ofString())
                .body();
        for (String histogram : List.of(
                "motion_first_frame",
                "motion_round_trip",
                "motion_gap",
                "decoder_wait",
                "decoder_painting",
                "decoder_encoding")) {
            Matcher named = Pattern.compile("styleinv_" + histogram
                            + "_seconds_bucket\\{.*# \\{span_id=\"\\w{16}\",trace_id=\"(\\w{32})\"")
                    .matcher(figures);
            assertTrue(named.find(), () -> "no bucket of " + histogram + " names a trace: " + figures);
            assertTrue(OWN.contains(named.group(1)), named.group());
        }
    }

    @Test
    void aCollectorThatDoesNotAnswerCostsNoFrame() throws Exception {
        try (AutoCloseable silence = SeenThrough.collector().silent()) {
            long begun = System.nanoTime();
            for (int i = 0; i < 5; i++) {
                stream(seed(), Optional.of(sampled(OF_SILENCE)));
            }
            assertTrue(System.nanoTime() - begun < TimeUnit.SECONDS.toNanos(30));
        }
    }
}
