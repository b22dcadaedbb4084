package org.styleinv.images;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What makes an image out of a packaged application.
 *
 * @param name        of the image, after {@code styleinv/}
 * @param application the folder {@code quarkus-app}
 * @param environment beside that which all have
 * @param ports       that it listens at
 * @param models      folders of models that it brings, by their names
 */
record Recipe(
        String name, Path application, Map<String, String> environment, List<Integer> ports, Map<String, Path> models) {
    private static final String SERVING = "-Xmx512m -Dai.djl.pytorch.num_interop_threads=1";
    private static final String COMMAND = "-Xmx1g -Dai.djl.pytorch.num_interop_threads=1";
    private static final String STUDIO = "-Xmx512m";
    private static final String EVERYWHERE = "0.0.0.0";

    Recipe {
        environment = Map.copyOf(environment);
        ports = List.copyOf(ports);
        models = Map.copyOf(models);
    }

    /** The services, the studio, the whole program, and an image for each of the models, which is the program and the model. */
    static List<Recipe> all(Path home, List<String> models) {
        List<Recipe> all = new ArrayList<>();
        for (String service : List.of("encoder-service", "decoder-service", "motion-service")) {
            Map<String, String> environment = Map.of(
                    "JDK_JAVA_OPTIONS",
                    SERVING,
                    "QUARKUS_HTTP_HOST",
                    EVERYWHERE,
                    "QUARKUS_GRPC_SERVER_HOST",
                    EVERYWHERE);
            all.add(new Recipe(service, application(home, service), environment, List.of(8080, 9000), Map.of()));
        }
        Map<String, String> door = Map.of("JDK_JAVA_OPTIONS", STUDIO, "QUARKUS_HTTP_HOST", EVERYWHERE);
        all.add(new Recipe("studio", application(home, "studio"), door, List.of(8080), Map.of()));
        Map<String, String> command = Map.of("JDK_JAVA_OPTIONS", COMMAND);
        all.add(new Recipe("mesh", application(home, "mesh"), command, List.of(), Map.of()));
        for (String model : models) {
            Map<String, Path> folder = Map.of(model, home.resolve("models").resolve(model));
            all.add(new Recipe("model-" + model, application(home, "mesh"), command, List.of(), folder));
        }
        return all;
    }

    private static Path application(Path home, String module) {
        return home.resolve(module).resolve("target/quarkus-app");
    }

    /** All variables: those of the machine below, then its own. */
    Map<String, String> allEnvironment() {
        Map<String, String> all = new TreeMap<>();
        all.put("LC_ALL", "C.UTF-8");
        all.put("OMP_WAIT_POLICY", "PASSIVE"); // threads that wait for each other must not spin: the cores may be busy
        all.put("PYTORCH_LIBRARY_PATH", Natives.TORCH);
        all.put("DJL_CACHE_DIR", "/tmp/djl");
        all.putAll(environment);
        return all;
    }

    /** Java itself, with what holds whatever {@code JDK_JAVA_OPTIONS} says; arguments of the container come after it. */
    List<String> entrypoint() {
        Map<String, String> properties = new LinkedHashMap<>();
        properties.put("java.awt.headless", "true");
        properties.put("java.library.path", Natives.JAVACPP);
        properties.put("org.bytedeco.javacpp.pathsFirst", "true");
        properties.put("org.bytedeco.javacpp.cacheLibraries", "false");
        properties.put("jna.boot.library.path", Natives.JNA);
        properties.put("jna.nounpack", "true");
        List<String> line = new ArrayList<>(List.of("/java/bin/java"));
        properties.forEach((key, value) -> line.add("-D" + key + "=" + value));
        line.addAll(List.of("-jar", "/app/quarkus-run.jar"));
        return line;
    }
}
