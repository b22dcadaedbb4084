package org.styleinv.mesh;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.styleinv.broker.Ports;
import org.styleinv.fixture.TestBroker;
import org.styleinv.mesh.stop.Stopping;
import org.styleinv.network.checkpoint.Directions;
import org.styleinv.network.checkpoint.ModelFolder;

/** What a mesh under test stands on: a broker, free ports, and a model of random numbers. */
public class TestMesh implements QuarkusTestResourceLifecycleManager {
    static final int RESOLUTION = 16;
    static final int WIDTH = 16;
    static final long SEED = 1;

    private TestBroker broker;
    private Path model;

    @Override
    public Map<String, String> start() {
        try {
            broker = TestBroker.start();
            model = Files.createTempDirectory("styleinv-model-");
            TinyModel.write(model, RESOLUTION, WIDTH, SEED);
            float[] along = new float[WIDTH];
            Arrays.fill(along, 0.5f);
            ModelFolder.writeDirections(model, new Directions(Map.of("smile", along)));
        } catch (IOException e) {
            throw new IllegalStateException("the test's broker or model cannot be made: " + e.getMessage(), e);
        }
        String grpc = Integer.toString(Ports.free());
        Map<String, String> settings = new HashMap<>();
        settings.put("styleinv.model", model.toString());
        settings.put("styleinv.encoder.reload-every", "PT0.1S");
        settings.put("styleinv.decoder.reload-every", "PT0.1S");
        settings.put("styleinv.motion.reload-every", "PT0.1S");
        settings.put("kafka.bootstrap.servers", broker.bootstrapServers());
        settings.put("quarkus.grpc.server.port", grpc);
        settings.put("quarkus.grpc.server.test-port", grpc);
        settings.put("quarkus.grpc.clients.encoder.test-port", grpc);
        settings.put("quarkus.grpc.clients.decoder.test-port", grpc);
        settings.put("quarkus.http.test-port", "0");
        return settings;
    }

    /** A test with a field of this type can take the broker away and bring it back. */
    @Override
    public void inject(TestInjector injector) {
        Consumer<Boolean> there = present -> {
            try {
                broker.there(present);
            } catch (UnsupportedOperationException e) {
                throw e;
            } catch (Exception e) {
                throw new IllegalStateException("the broker cannot be switched: " + e.getMessage(), e);
            }
        };
        injector.injectIntoFields(there, new TestInjector.MatchesType(Consumer.class));
    }

    @Override
    public void stop() {
        try {
            if (broker != null) {
                broker.close();
            }
        } catch (Exception e) {
            throw new IllegalStateException("the test's broker does not stop: " + e.getMessage(), e);
        } finally {
            if (model != null) {
                Stopping.delete(model);
            }
        }
    }
}
