package org.styleinv.mesh;

import static org.junit.jupiter.api.Assertions.assertThrows;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.function.Executable;
import org.styleinv.client.Access;
import org.styleinv.client.BroadcastClient;
import org.styleinv.client.StreamClient;
import org.styleinv.proto.DecoderGrpc;
import org.styleinv.proto.GenerateRequest;
import org.styleinv.proto.VariantsRequest;
import org.styleinv.proto.identity.Certificates;
import org.styleinv.proto.identity.KafkaClient;
import org.styleinv.proto.identity.TlsFiles;

/** Ways into a {@link SecureMesh}. */
abstract class SecureMeshCase {
    static final Duration SOON = Duration.ofSeconds(20);
    static final StreamClient.Settings HASTY =
            new StreamClient.Settings(8, SOON, Duration.ofSeconds(1), Duration.ofSeconds(1));
    static final StreamClient.Settings PATIENT = new StreamClient.Settings(8, SOON, SOON, SOON);

    @ConfigProperty(name = "quarkus.grpc.server.test-port")
    int port;

    @ConfigProperty(name = "quarkus.http.test-ssl-port")
    int httpPort;

    @ConfigProperty(name = "kafka.bootstrap.servers")
    String kafka;

    /** With the mesh's files; {@link SecureMesh} puts it and its authority here. */
    Path folder;

    Certificates authority;

    final Optional<Path> ca() {
        return Optional.of(folder.resolve("ca.crt"));
    }

    final Access as(String token) throws IOException {
        Path file = Files.writeString(folder.resolve("of-" + token), token + "\n");
        return Access.of(ca(), Optional.empty(), Optional.empty(), Optional.of(file));
    }

    final StreamClient client(Access access, StreamClient.Settings settings) {
        return StreamClient.connect(List.of("localhost:" + port), settings, access);
    }

    static GenerateRequest frames(int count) {
        return GenerateRequest.newBuilder().setSeed(1).setFrameCount(count).build();
    }

    final Status refusal(Access access) {
        ManagedChannel channel = StreamClient.channel("localhost:" + port, access);
        try {
            DecoderGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(10, TimeUnit.SECONDS)
                    .variants(VariantsRequest.getDefaultInstance());
            return Status.OK;
        } catch (StatusRuntimeException e) {
            return e.getStatus();
        } finally {
            channel.shutdownNow();
        }
    }

    /** What a client of Kafka's is given, with that certificate or in plain text. */
    final Map<String, String> kafkaAs(Optional<Certificates.Pair> pair) {
        Map<String, String> settings = new HashMap<>(
                KafkaClient.settings(ca(), pair.map(Certificates.Pair::cert), pair.map(Certificates.Pair::key)));
        settings.put("bootstrap.servers", kafka);
        return settings;
    }

    final BroadcastClient broadcasts(String token) throws IOException {
        return BroadcastClient.connect(List.of("localhost:" + port), as(token));
    }

    static GenerateRequest endless(long seed) {
        return GenerateRequest.newBuilder().setSeed(seed).setFps(2).build();
    }

    static Status refused(Executable call) {
        return assertThrows(StatusRuntimeException.class, call).getStatus();
    }

    final HttpClient browser() {
        return HttpClient.newBuilder()
                .sslContext(
                        TlsFiles.of(ca(), Optional.empty(), Optional.empty()).context())
                .connectTimeout(SOON)
                .followRedirects(HttpClient.Redirect.NORMAL)
                .build();
    }

    final HttpResponse<String> ask(HttpClient client, String path, String header) throws Exception {
        return ask(client, "GET", path, header);
    }

    final HttpResponse<String> ask(HttpClient client, String method, String path, String header) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("https://localhost:" + httpPort + path))
                .method(method, HttpRequest.BodyPublishers.noBody());
        if (!header.isEmpty()) {
            request.header("Authorization", header);
        }
        return client.send(request.timeout(SOON).build(), HttpResponse.BodyHandlers.ofString());
    }
}
