package org.styleinv.mesh;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.Status;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.styleinv.client.DeadLetters;
import org.styleinv.client.DeadLetters.Letter;
import org.styleinv.client.FrameStream;
import org.styleinv.client.StreamClient;
import org.styleinv.fixture.Insistent;
import org.styleinv.mesh.picture.Pixels;
import org.styleinv.proto.Broadcast;
import org.styleinv.proto.Encoding;
import org.styleinv.proto.Frame;
import org.styleinv.proto.GenerateRequest;
import org.styleinv.proto.Latent;
import org.styleinv.proto.Pace;
import org.styleinv.proto.identity.Certificates;
import org.styleinv.proto.identity.TlsFiles;
import org.styleinv.proto.wire.Address;
import org.styleinv.proto.wire.Topics;
import org.styleinv.proto.wire.WireHeaders;

/** Who means ill, at each door of a mesh that is guarded: nothing of it becomes a picture, and neighbours get theirs. */
@QuarkusTest
@TestProfile(SecureMesh.Alone.class)
@Timeout(180)
@Tag("thorough")
class SecureAttackTest extends SecureMeshCase {
    private static final int FRAMES = 200; // more than window and connection take unread: the stream still wants frames
    private static final int RESETS = 10_000;
    private static final int SILENT = 200;
    private static final double LONGEST_GAP_S = 5; // of a neighbour at 20 frames/s, on a machine that builds, too
    private static final byte[] API_VERSIONS = {0, 0, 0, 10, 0, 18, 0, 0, 0, 0, 0, 1, -1, -1}; // Kafka's first question

    private SSLContext tls(Optional<Certificates.Pair> own) {
        TlsFiles files = TlsFiles.of(ca(), own.map(Certificates.Pair::cert), own.map(Certificates.Pair::key));
        return own.isPresent() ? Insistent.context(files) : files.context();
    }

    private Optional<Certificates.Pair> known(String name) throws IOException {
        return Optional.of(authority.issue(folder, name, "localhost"));
    }

    // Certificates and versions of TLS.

    @Test
    void anOlderTlsIsAnsweredByNoDoor() throws Exception {
        int broker = Address.parse("kafka", kafka).port();
        for (int door : List.of(port, httpPort, broker)) {
            assertEquals(ClientHello.HANDSHAKE, ClientHello.answer(door, 3), "TLS 1.2 at " + door);
            for (int minor : List.of(0, 1, 2)) {
                assertNotEquals(ClientHello.HANDSHAKE, ClientHello.answer(door, minor), minor + " at " + door);
            }
        }
    }

    @Test
    void plainTextIsNotAnsweredWhereTlsIsSpoken() throws Exception {
        for (String request : List.of("GET /v1/variants HTTP/1.1\r\nHost: localhost\r\n\r\n", "\0\0\0\0\r\n\r\n")) {
            try (Socket socket = new Socket("localhost", httpPort)) {
                socket.setSoTimeout(15_000);
                socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
                String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
                assertFalse(answer.startsWith("HTTP/1.1 2") || answer.startsWith("HTTP/1.1 3"), answer);
            }
        }
    }

    @Test
    void aBrowserRefusesAnAuthorityThatItDoesNotKnow() throws Exception {
        Path strange = Certificates.authority("a stranger").write(folder.resolve("stranger.crt"));
        SSLContext other = TlsFiles.of(Optional.of(strange), Optional.empty(), Optional.empty())
                .context();
        for (int door : List.of(port, httpPort)) {
            try (SSLSocket socket = (SSLSocket) other.getSocketFactory().createSocket("localhost", door)) {
                assertThrows(SSLHandshakeException.class, socket::startHandshake);
            }
        }
    }

    @Test
    void kafkaKnowsItsClientsByTheirCertificates() throws Exception {
        assertTrue(isLetIn(tls(known("guest"))));
        assertFalse(isLetIn(tls(Optional.empty())), "without a certificate");
        for (Certificates.Pair bad : bad()) {
            assertFalse(isLetIn(tls(Optional.of(bad))), bad.toString());
        }
        Map<String, String> nobody = kafkaAs(Optional.empty());
        assertThrows(ExecutionException.class, () -> send(nobody, new ProducerRecord<>(Topics.LATENTS, new byte[1])));
        Map<String, String> plain = Map.of("bootstrap.servers", kafka);
        assertThrows(ExecutionException.class, () -> send(plain, new ProducerRecord<>(Topics.LATENTS, new byte[1])));
    }

    /** Of another authority, self-signed, expired. */
    private List<Certificates.Pair> bad() throws IOException {
        Instant now = Instant.now();
        return List.of(
                Certificates.authority("a stranger").issue(folder, "strange", "localhost"),
                Certificates.itself(folder, "self", "localhost"),
                authority.issue(folder, "expired", "localhost", now.minusSeconds(7200), now.minusSeconds(3600)));
    }

    @Test
    void whoNeedNotShowACertificateMayNotShowABadOne() throws Exception {
        for (int door : List.of(port, httpPort)) {
            try (Http2Wire wire = new Http2Wire(door, tls(known("guest")))) {
                assertTrue(wire.hears(20), "a good one at " + door);
            }
            for (Certificates.Pair bad : bad()) {
                assertFalse(isHeard(door, bad), bad + " at " + door);
            }
        }
    }

    private boolean isHeard(int door, Certificates.Pair own) throws Exception {
        try (Http2Wire wire = new Http2Wire(door, tls(Optional.of(own)))) {
            return wire.hears(20);
        } catch (IOException e) {
            return false; // so soon
        }
    }

    /** Whether the broker answers a question; who is let in later than shaken hands with is told by it only (TLS 1.3). */
    private boolean isLetIn(SSLContext tls) throws IOException {
        Address broker = Address.parse("kafka", kafka);
        try (SSLSocket socket = (SSLSocket) tls.getSocketFactory().createSocket(broker.host(), broker.port())) {
            socket.setSoTimeout(15_000);
            socket.startHandshake();
            socket.getOutputStream().write(API_VERSIONS);
            return new DataInputStream(socket.getInputStream()).readInt() > 0;
        } catch (SocketTimeoutException e) {
            throw e; // neither in nor out
        } catch (IOException e) {
            return false;
        }
    }

    // Records.

    private static void send(Map<String, String> security, ProducerRecord<byte[], byte[]> record) throws Exception {
        Map<String, Object> settings = new HashMap<>(security);
        settings.put("max.block.ms", 2000);
        settings.put("delivery.timeout.ms", 2000);
        settings.put("request.timeout.ms", 1000);
        try (var producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(record).get();
        }
    }

    private static KafkaConsumer<byte[], byte[]> reader(Map<String, String> security, String... topics) {
        Map<String, Object> settings = new HashMap<>(security);
        settings.put("enable.auto.commit", false);
        var consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        List<TopicPartition> all = Arrays.stream(topics)
                .flatMap(topic -> consumer.partitionsFor(topic).stream())
                .map(part -> new TopicPartition(part.topic(), part.partition()))
                .toList();
        consumer.assign(all);
        consumer.seekToEnd(all);
        all.forEach(consumer::position);
        return consumer;
    }

    private static ConsumerRecord<byte[], byte[]> await(
            KafkaConsumer<byte[], byte[]> reader, Predicate<ConsumerRecord<byte[], byte[]>> wanted) {
        long end = System.nanoTime() + SOON.toNanos();
        while (System.nanoTime() < end) {
            for (ConsumerRecord<byte[], byte[]> record : reader.poll(Duration.ofMillis(100))) {
                if (wanted.test(record)) {
                    return record;
                }
            }
        }
        throw new AssertionError("no such record came");
    }

    private static boolean isOf(ConsumerRecord<byte[], byte[]> record, String stream) {
        return WireHeaders.text(record.headers(), WireHeaders.STREAM).orElse("").equals(stream);
    }

    /** As it was, seal and all, with that value. */
    private static ProducerRecord<byte[], byte[]> again(ConsumerRecord<byte[], byte[]> record, byte[] value) {
        return new ProducerRecord<>(record.topic(), record.partition(), record.key(), value, record.headers());
    }

    private static byte[] cut(byte[] value) {
        return Arrays.copyOf(value, value.length - 3);
    }

    private static byte[] bent(byte[] value) {
        byte[] other = value.clone();
        other[other.length / 2] ^= 1;
        return other;
    }

    private List<String> reasons(Map<String, String> own, String stream, int atLeast) throws Exception {
        DeadLetters letters = DeadLetters.open(kafka, own);
        long end = System.nanoTime() + SOON.toNanos();
        List<String> reasons = List.of();
        while (reasons.size() < atLeast && System.nanoTime() < end) {
            reasons = letters.list().stream()
                    .filter(letter -> letter.stream().equals(stream))
                    .map(Letter::reason)
                    .toList();
            TimeUnit.MILLISECONDS.sleep(50);
        }
        return reasons;
    }

    private static GenerateRequest video() {
        return GenerateRequest.newBuilder()
                .setSeed(4)
                .setFrameCount(FRAMES)
                .setEncoding(Encoding.RAW)
                .build();
    }

    private static String hash(Frame frame) {
        return frame.getIndex() + " " + Pixels.of(frame.getImage()).sha256();
    }

    @Test
    void whatIsForgedReplayedOrCutNeverBecomesAPicture() throws Exception {
        List<String> truth = new ArrayList<>();
        List<String> got = new ArrayList<>();
        Map<String, String> own = kafkaAs(known("forger"));
        try (StreamClient client = client(as("the-mesh"), PATIENT)) {
            try (FrameStream calm = client.stream(video())) {
                calm.forEachRemaining(frame -> truth.add(hash(frame)));
            }
            try (var reader = reader(own, Topics.LATENTS, Topics.frames(Topics.BASE));
                    FrameStream stream = client.stream(video())) {
                Frame first = stream.next();
                got.add(hash(first));
                String id = first.getStream();
                var latent = await(reader, one -> one.topic().equals(Topics.LATENTS) && isOf(one, id));
                var frame = await(reader, one -> one.topic().equals(Topics.frames(Topics.BASE)) && isOf(one, id));
                var forged = new ProducerRecord<>(
                        Topics.LATENTS,
                        latent.key(),
                        Latent.newBuilder()
                                .setStream(id)
                                .setCancel(true)
                                .build()
                                .toByteArray());
                forged.headers().add(WireHeaders.STREAM, id.getBytes(StandardCharsets.UTF_8));
                var elsewhere = new ProducerRecord<>(
                        Topics.frames(Topics.BASE), frame.partition(), frame.key(), latent.value(), latent.headers());
                for (ProducerRecord<byte[], byte[]> one : List.of(
                        again(latent, latent.value()), // a latent twice is the same frame twice, and readers know it
                        again(frame, frame.value()),
                        again(latent, cut(latent.value())),
                        again(latent, bent(latent.value())),
                        again(frame, cut(frame.value())),
                        again(frame, bent(frame.value())),
                        elsewhere,
                        forged)) {
                    send(own, one);
                }
                assertEquals(
                        List.of("not-sealed"),
                        reasons(own, id, 6).stream().distinct().toList());
                assertEquals(6, reasons(own, id, 6).size());
                stream.forEachRemaining(next -> got.add(hash(next)));
                assertEquals(0, stream.reconnections());
            }
        }
        assertEquals(truth, got);
    }

    @Test
    void aBroadcastEndsByNobodysRecordAndAStoppedOneStaysStopped() throws Exception {
        Map<String, String> own = kafkaAs(known("director"));
        try (var bea = broadcasts("bea");
                var reader = reader(own, Topics.BROADCASTS)) {
            Broadcast live = bea.start("stage", endless(5));
            var genuine = await(reader, record -> isOf(record, live.getStream()));
            assertArrayEquals("bea/stage".getBytes(StandardCharsets.UTF_8), genuine.key());
            Broadcast forged = live.toBuilder().setRequest(endless(6)).build();
            for (byte[] value : new byte[][] {null, cut(genuine.value()), forged.toByteArray()}) {
                send(own, again(genuine, value));
            }
            assertEquals(List.of("not-sealed", "not-sealed", "not-sealed"), reasons(own, live.getStream(), 3));
            assertEquals(List.of(live), bea.list());
            assertEquals(live, bea.stop("stage"));
            send(own, again(genuine, genuine.value())); // it was sealed, once
            assertTrue(reasons(own, live.getStream(), 4).contains("replayed"));
            assertEquals(List.of(), bea.list());
        }
    }

    // Floods, at the gRPC door.

    /** What a neighbour saw of an attack, seconds. */
    private double longestGap(String token, CompletableFuture<?> attack) throws Exception {
        GenerateRequest paced = GenerateRequest.newBuilder()
                .setSeed(8)
                .setFps(20)
                .setPace(Pace.REAL_TIME)
                .build();
        try (StreamClient client = client(as(token), PATIENT);
                FrameStream stream = client.stream(paced)) {
            stream.next();
            long last = System.nanoTime();
            long longest = 0;
            for (int more = 20; more > 0; more -= attack.isDone() ? 1 : 0) { // and a second beyond
                stream.next();
                longest = Math.max(longest, System.nanoTime() - last);
                last = System.nanoTime();
            }
            assertEquals(0, stream.reconnections());
            return longest / 1e9;
        }
    }

    @Test
    void tenThousandResetsAreCutOffAndTakeNoPlaceInAQuota() throws Exception {
        byte[] call = Http2Wire.call("/styleinv.v1.Motion/GenerateStream", "Bearer ann");
        CompletableFuture<Void> attack = CompletableFuture.runAsync(() -> {
            try (Http2Wire wire = new Http2Wire(port, tls(Optional.empty()))) {
                int sent = wire.resets(call, RESETS);
                assertTrue(wire.calmed(20), sent + " calls were begun and reset, and nobody minded");
            } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        double gap = longestGap("the-mesh", attack);
        attack.get();
        System.err.printf(Locale.ROOT, "longest gap of a neighbour beside %d resets: %.2f s%n", RESETS, gap);
        assertTrue(gap < LONGEST_GAP_S, gap + " s");
        try (StreamClient client = client(as("ann"), HASTY); // she may have two, and those that were reset are over
                FrameStream one = client.stream(frames(2));
                FrameStream two = client.stream(frames(2))) {
            assertEquals(0, one.next().getIndex());
            assertEquals(0, two.next().getIndex());
        }
    }

    @Test
    void aHeadOfAMegabyteIsNotTaken() throws Exception {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        head.writeBytes(Http2Wire.call("/styleinv.v1.Motion/Broadcasts", "Bearer watcher"));
        Http2Wire.field(head, "x-large", "x".repeat(1 << 20));
        try (Http2Wire wire = new Http2Wire(port, tls(Optional.empty()))) {
            boolean sent = wire.head(head.toByteArray());
            assertTrue(!sent || wire.closed(20) || wire.seen(Http2Wire.RST_STREAM) > 0, "it was taken");
        }
        assertEquals(Status.OK, refusal(as("watcher")));
    }

    @Test
    @Tag("long")
    void twoHundredWhoSayNothingAreLetGo() throws Exception {
        List<Socket> silent = new ArrayList<>();
        try {
            for (int i = 0; i < SILENT; i++) {
                silent.add(new Socket("localhost", i % 2 == 0 ? port : httpPort));
            }
            CompletableFuture<Void> gone = CompletableFuture.runAsync(() -> silent.forEach(SecureAttackTest::awaitEnd));
            double gap = longestGap("the-mesh", gone);
            gone.get();
            System.err.printf(Locale.ROOT, "longest gap of a neighbour beside %d silent: %.2f s%n", SILENT, gap);
            assertTrue(gap < LONGEST_GAP_S, gap + " s");
        } finally {
            for (Socket one : silent) {
                one.close();
            }
        }
    }

    private static void awaitEnd(Socket socket) {
        try {
            socket.setSoTimeout(60_000);
            assertEquals(-1, socket.getInputStream().read());
        } catch (SocketTimeoutException e) {
            throw new AssertionError("it may be silent for a minute", e);
        } catch (IOException e) {
            // reset is an end, too
        }
    }
}
