package org.styleinv.mesh;

import io.quarkus.test.junit.QuarkusTestProfile;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A mesh that tells what it does: its log is JSON, and of what its callers want kept, and of nothing else, a collector gets
 * spans.
 */
public class SeenThrough implements QuarkusTestProfile {
    /** Of a stream that is kept, so-manieth frames are. */
    static final int EVERY = 4;

    private static Collector collector; // of the mesh that runs

    static Collector collector() {
        return collector;
    }

    /** The mesh and its collector. */
    public static class Mesh extends TestMesh {
        @Override
        public Map<String, String> start() {
            try {
                collector = new Collector();
            } catch (IOException e) {
                throw new IllegalStateException("no collector: " + e.getMessage(), e);
            }
            Map<String, String> settings = new HashMap<>(super.start());
            settings.put("styleinv.traces.endpoint", collector.endpoint());
            settings.put("styleinv.traces.ratio", "0");
            settings.put("styleinv.traces.every", Integer.toString(EVERY));
            return settings;
        }

        @Override
        public void stop() {
            super.stop();
            collector.close();
        }
    }

    @Override
    public Map<String, String> getConfigOverrides() {
        return Map.of("styleinv.log.json", "true", "quarkus.log.level", "INFO");
    }

    @Override
    public List<TestResourceEntry> testResources() {
        return List.of(new TestResourceEntry(Mesh.class));
    }

    /** By itself: other tests' streams are none of its. */
    @Override
    public boolean disableGlobalTestResources() {
        return true;
    }
}
