package org.styleinv.mesh;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.quarkus.test.junit.QuarkusTestProfile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.styleinv.broker.EmbeddedBroker;
import org.styleinv.broker.Ports;
import org.styleinv.gate.Token;
import org.styleinv.mesh.local.Mesh;
import org.styleinv.mesh.stop.Stopping;
import org.styleinv.proto.identity.Certificates;
import org.styleinv.proto.identity.KafkaClient;

/** A mesh with all that guards it: TLS at every door, clients' certificates at Kafka, tokens, sealed records. */
public class SecureMesh implements QuarkusTestResourceLifecycleManager {
    /** Without what other tests' meshes stand on. */
    public static class Alone implements QuarkusTestProfile {
        @Override
        public List<TestResourceEntry> testResources() {
            return List.of(new TestResourceEntry(SecureMesh.class));
        }

        @Override
        public boolean disableGlobalTestResources() {
            return true;
        }
    }

    /** Argument: whether callers must show a certificate, and no token. */
    static final String MUTUAL = "mutual";

    private static final int PIXELS = TestMesh.RESOLUTION * TestMesh.RESOLUTION; // of a frame

    private boolean mutual;
    private Path folder;
    private Certificates authority;
    private EmbeddedBroker broker;

    @Override
    public void init(Map<String, String> arguments) {
        mutual = Boolean.parseBoolean(arguments.get(MUTUAL));
    }

    @Override
    public Map<String, String> start() {
        try {
            folder = Files.createTempDirectory("styleinv-secure-");
            authority = Certificates.authority("the mesh's authority");
            Path ca = authority.write(folder.resolve("ca.crt"));
            Certificates.Pair own = authority.issue(folder, "mesh", "localhost");
            Path model = Files.createDirectory(folder.resolve("model"));
            TinyModel.write(model, TestMesh.RESOLUTION, TestMesh.WIDTH, TestMesh.SEED);
            Files.writeString(folder.resolve("mesh.token"), "the-mesh");
            Files.write(
                    folder.resolve("tokens"),
                    List.of(
                            line("mesh", "the-mesh", "operate"),
                            line("ann", "ann", "watch,generate streams=2"),
                            line("slow", "slow", "generate frames=0.5"),
                            line("watcher", "watcher", "watch"),
                            line("bea", "bea", "watch,broadcast"),
                            line("bea-tv", "bea-tv", "watch tenant=bea"),
                            line("cal", "cal", "watch,broadcast"),
                            line("few-pictures", "few-pictures", "generate uploads=1"),
                            line("few-shows", "few-shows", "watch,broadcast uploads=1"),
                            line("few-pixels", "few-pixels", "generate pixels=" + PIXELS),
                            line("few-frames", "few-frames", "generate frames=2"),
                            line("slow-zip", "slow-zip", "generate frames=2"),
                            line("slow-page", "slow-page", "generate frames=2"),
                            line("dan", "dan", "watch,broadcast broadcasts=1"),
                            line("old", "old", "operate until=2026-01-01T00:00:00Z")));
            Files.writeString(folder.resolve("keys"), "now " + "A".repeat(43) + "=\n");
            Map<String, String> door =
                    KafkaClient.door(Optional.of(ca), Optional.of(own.cert()), Optional.of(own.key()));
            broker = EmbeddedBroker.start(folder.resolve("data"), Mesh.BROKER.with(door), "localhost", 0);
            return settings(ca, own, model);
        } catch (IOException e) {
            throw new IllegalStateException("the test's mesh cannot be made: " + e.getMessage(), e);
        }
    }

    private static String line(String name, String token, String rest) {
        return name + " " + Token.hash(token) + " " + rest;
    }

    private Map<String, String> settings(Path ca, Certificates.Pair own, Path model) {
        String grpc = Integer.toString(Ports.free());
        Map<String, String> settings = new HashMap<>();
        settings.put("styleinv.model", model.toString());
        settings.put("styleinv.tls.ca", ca.toString());
        settings.put("styleinv.tls.cert", own.cert().toString());
        settings.put("styleinv.tls.key", own.key().toString());
        settings.put("styleinv.tls.kafka", "true");
        if (mutual) {
            settings.put("styleinv.tls.require-clients", "true");
        } else {
            settings.put("styleinv.access.tokens", folder.resolve("tokens").toString());
            settings.put(
                    "styleinv.access.token-file", folder.resolve("mesh.token").toString());
        }
        settings.put("styleinv.seal.keys", folder.resolve("keys").toString());
        settings.put("kafka.bootstrap.servers", broker.bootstrapServers());
        settings.put("quarkus.grpc.server.host", "0.0.0.0"); // it may: it is guarded
        settings.put("quarkus.grpc.server.port", grpc);
        settings.put("quarkus.grpc.server.test-port", grpc);
        settings.put("quarkus.grpc.clients.encoder.test-port", grpc);
        settings.put("quarkus.grpc.clients.decoder.test-port", grpc);
        settings.put("quarkus.http.test-port", "0");
        settings.put("quarkus.http.test-ssl-port", Integer.toString(Ports.free()));
        return settings;
    }

    @Override
    public void inject(TestInjector injector) {
        injector.injectIntoFields(folder, new TestInjector.MatchesType(Path.class));
        injector.injectIntoFields(authority, new TestInjector.MatchesType(Certificates.class));
    }

    @Override
    public void stop() {
        if (broker != null) {
            broker.close();
        }
        if (folder != null) {
            Stopping.delete(folder);
        }
    }
}
