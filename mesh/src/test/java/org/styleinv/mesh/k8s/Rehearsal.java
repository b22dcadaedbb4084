package org.styleinv.mesh.k8s;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import org.styleinv.client.StreamClient;

/**
 * Plays the part of a cluster: the pods of manifests as processes of this machine, all at once, each with the very command and
 * environment of its image ({@code images/recipes.yaml}), the arguments and the environment of its manifest, the init containers
 * first. A pod has an address of its own in 127.0.1.0/24 with the ports of its manifest; names of Services lead there; mounts
 * are folders. A container that ends is started again, as kubelet does, and probes are asked as kubelet asks them.
 */
final class Rehearsal implements AutoCloseable {
    /** Overlays whose every container some test runs as a process; what is in no other is in these (ManifestTest). */
    static final Set<String> REHEARSED = Set.of(
            "local", // LocalOverlayIT
            "strimzi",
            "secure", // GuardedOverlayIT
            "monitoring",
            "keda",
            "claim",
            "style-sketch",
            "gpu",
            "training-gpu", // OverlaysIT
            "marked", // MarkedOverlayIT
            "training",
            "training-sketch"); // TrainingJobIT

    private static final int BACK_OFF_SECONDS = 10; // kubelet's first

    private final Path home;
    private final Path folder;
    private final List<ObjectNode> manifests;
    private final Function<String, String> secrets;
    private final Images images;
    private final Map<String, Pod> pods = new LinkedHashMap<>();
    private final Map<String, Pod> jobs = new LinkedHashMap<>();
    private final ExecutorService kubelet = Executors.newCachedThreadPool();
    private volatile SSLContext trust;
    private volatile boolean over;

    /** A pod: its address, its main container, and what runs for it now. */
    static final class Pod {
        final String name;
        final String address;
        final JsonNode spec;
        volatile Process process;
        volatile int starts;
        volatile boolean isWanted = true;

        Pod(String name, String address, JsonNode spec) {
            this.name = name;
            this.address = address;
            this.spec = spec;
        }

        JsonNode container() {
            return spec.at("/containers/0");
        }

        /** Most memory that its process had, in MiB. */
        double peak() throws IOException {
            String status = Files.readString(Path.of("/proc/" + process.pid() + "/status"));
            Matcher line = Pattern.compile("VmHWM:\\s+(\\d+) kB").matcher(status);
            return line.find() ? Double.parseDouble(line.group(1)) / 1024 : Double.NaN;
        }
    }

    /**
     * @param home    the checkout, with every application built
     * @param folder  for volumes, and a log for each container
     * @param secrets what {@code secret:NAME/KEY} is
     */
    Rehearsal(Path home, Path folder, List<ObjectNode> manifests, Function<String, String> secrets) throws IOException {
        images = new Images(home);
        this.home = home;
        this.folder = folder;
        this.manifests = manifests;
        this.secrets = secrets;
        for (ObjectNode manifest : manifests) {
            String kind = manifest.path("kind").asText();
            if (kind.equals("Deployment") || kind.equals("Job")) {
                String name = manifest.at("/metadata/name").asText();
                String address = "127.0.1." + (pods.size() + jobs.size() + 1);
                Pod pod = new Pod(name, address, manifest.at("/spec/template/spec"));
                (kind.equals("Job") ? jobs : pods).put(name, pod);
                unpack(pod);
            }
        }
    }

    /** Images have their natives unpacked; libraries of the same name are the same in all of them. */
    private void unpack(Pod pod) throws IOException {
        for (String kind : List.of("initContainers", "containers")) {
            for (JsonNode container : pod.spec.path(kind)) {
                Path application = images.application(container.path("image").asText());
                images.unpackNatives(application, folder.resolve("image"));
            }
        }
    }

    /** What probes by HTTPS trust. */
    void trust(SSLContext context) {
        trust = context;
    }

    Pod pod(String name) {
        return pods.get(name);
    }

    Iterable<Pod> pods() {
        return pods.values();
    }

    /**
     * {@code kubectl apply}: everything starts at once.
     *
     * @param others names that no pod of these manifests has, and their addresses
     */
    void apply(Map<String, String> others) throws IOException {
        List<String> hosts = new ArrayList<>(List.of("127.0.0.1 localhost"));
        pods.values().forEach(pod -> hosts.add(pod.address + " " + pod.name));
        others.forEach((name, address) -> hosts.add(address + " " + name));
        Files.write(folder.resolve("hosts"), hosts);
        pods.values().stream().filter(pod -> pod.isWanted).forEach(pod -> kubelet.submit(() -> run(pod)));
    }

    /** Runs a container of a Job to its end and gives its exit code; its log is {@link #said} of {@link #job}. */
    int complete(String job, String kind, int container) throws IOException, InterruptedException {
        Pod pod = job(job);
        return start(pod, pod.spec.at("/" + kind + "/" + container)).waitFor();
    }

    Pod job(String name) {
        return jobs.get(name);
    }

    /** {@code kubectl scale}: to one replica or to none, before {@link #apply} or after it. */
    void scale(String name, int replicas) throws InterruptedException {
        Pod pod = pod(name);
        boolean before = pod.isWanted;
        pod.isWanted = replicas > 0;
        if (pod.isWanted && !before) {
            kubelet.submit(() -> run(pod));
        } else if (before && !pod.isWanted && pod.process != null) {
            pod.process.destroy();
            pod.process.waitFor();
        }
    }

    /** The folder that plays a claim. */
    Path claim(String name) throws IOException {
        return Files.createDirectories(folder.resolve("claims").resolve(name));
    }

    private Void run(Pod pod) throws IOException, InterruptedException {
        for (JsonNode first : pod.spec.path("initContainers")) {
            while (start(pod, first).waitFor() != 0 && !over) {
                TimeUnit.SECONDS.sleep(BACK_OFF_SECONDS);
            }
        }
        while (!over && pod.isWanted) {
            pod.starts++;
            pod.process = start(pod, pod.container());
            pod.process.waitFor();
            if (!over && pod.isWanted) {
                TimeUnit.SECONDS.sleep(BACK_OFF_SECONDS);
            }
        }
        return null;
    }

    private Process start(Pod pod, JsonNode container) throws IOException {
        String image = container.path("image").asText();
        Map<String, Path> places = places(pod, container);
        var environment = new LinkedHashMap<>(images.environment(image));
        environment.putAll(Pods.environment(manifests, container));
        environment.replaceAll((key, value) ->
                value.startsWith("secret:") ? secrets.apply(value.substring(7)) : placed(value, places, pod));
        environment.put("JAVA_TOOL_OPTIONS", "-Djdk.net.hosts.file=" + folder.resolve("hosts"));
        environment.put("PATH", System.getProperty("java.home") + "/bin:" + System.getenv("PATH"));
        Path application = images.application(image);
        List<String> command = new ArrayList<>();
        images.entrypoint().forEach(word -> command.add(placed(word, places, pod)));
        container.path("args").forEach(argument -> command.add(placed(argument.asText(), places, pod)));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(application.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        log(pod, container.path("name").asText()).toFile()));
        builder.environment().clear();
        builder.environment().putAll(environment);
        return builder.start();
    }

    private Path log(Pod pod, String container) {
        return folder.resolve(pod.name + "." + container + ".log");
    }

    /** Where a container's paths are here. */
    private Map<String, Path> places(Pod pod, JsonNode container) throws IOException {
        Map<String, Path> places = new LinkedHashMap<>();
        for (JsonNode mount : container.path("volumeMounts")) {
            places.put(
                    mount.path("mountPath").asText(),
                    volume(pod, mount.path("name").asText()));
        }
        // What is in the image.
        places.put("/model", home.resolve("models"));
        places.put("/java/bin", Path.of(System.getProperty("java.home"), "bin"));
        places.put("/app", images.application(container.path("image").asText()));
        places.put("/natives", folder.resolve("image/natives"));
        return places;
    }

    private Path volume(Pod pod, String name) throws IOException {
        for (JsonNode volume : pod.spec.path("volumes")) {
            if (volume.path("name").asText().equals(name) && volume.has("persistentVolumeClaim")) {
                return claim(volume.at("/persistentVolumeClaim/claimName").asText());
            }
        }
        return Files.createDirectories(folder.resolve(pod.name).resolve(name));
    }

    private static String placed(String text, Map<String, Path> places, Pod pod) {
        String[] option = text.startsWith("-") && text.contains("=") ? text.split("=", 2) : new String[] {"", text};
        String value = option[1].equals("0.0.0.0") ? pod.address : option[1];
        for (Map.Entry<String, Path> place : places.entrySet()) {
            if (value.equals(place.getKey()) || value.startsWith(place.getKey() + "/")) {
                value = place.getValue() + value.substring(place.getKey().length());
                break;
            }
        }
        return option[0].isEmpty() ? value : option[0] + "=" + value;
    }

    /** Waits until every pod is ready by its probes. */
    void awaitReady(double seconds) throws IOException, InterruptedException {
        long end = System.nanoTime() + (long) (seconds * 1e9);
        for (Pod pod : pods.values().stream().filter(one -> one.isWanted).toList()) {
            while (!answers(pod, "readinessProbe")) {
                if (System.nanoTime() > end) {
                    throw new AssertionError(pod.name + " is not ready after " + seconds + " s: " + said(pod));
                }
                TimeUnit.MILLISECONDS.sleep(100);
            }
        }
    }

    String said(Pod pod) throws IOException {
        StringBuilder said = new StringBuilder();
        for (String kind : List.of("initContainers", "containers")) {
            for (JsonNode container : pod.spec.path(kind)) {
                Path log = log(pod, container.path("name").asText());
                if (Files.exists(log)) {
                    said.append(Files.readString(log));
                }
            }
        }
        return said.toString();
    }

    /** Asks a probe of the pod's main container, once. */
    boolean answers(Pod pod, String which) throws IOException {
        JsonNode probe = pod.container().path(which);
        if (probe.has("grpc")) {
            return isServing(
                    pod.address + ":" + probe.at("/grpc/port").asInt(),
                    probe.at("/grpc/service").asText());
        }
        int port = port(pod, probe.has("httpGet") ? probe.at("/httpGet/port") : probe.at("/tcpSocket/port"));
        if (probe.has("httpGet")) {
            String scheme = probe.at("/httpGet/scheme").asText("HTTP").toLowerCase(Locale.ROOT);
            return isWell(URI.create(scheme + "://" + pod.address + ":" + port
                    + probe.at("/httpGet/path").asText()));
        }
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(pod.address, port), 1000);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static int port(Pod pod, JsonNode name) {
        for (JsonNode port : pod.container().path("ports")) {
            if (port.path("name").equals(name)) {
                return port.path("containerPort").asInt();
            }
        }
        throw new IllegalArgumentException(pod.name + " has no port " + name);
    }

    private static boolean isServing(String address, String service) {
        ManagedChannel channel = StreamClient.channel(address);
        try {
            return HealthGrpc.newBlockingStub(channel)
                            .withDeadlineAfter(2, TimeUnit.SECONDS)
                            .check(HealthCheckRequest.newBuilder()
                                    .setService(service)
                                    .build())
                            .getStatus()
                    == ServingStatus.SERVING;
        } catch (StatusRuntimeException e) {
            return false;
        } finally {
            channel.shutdownNow();
        }
    }

    private boolean isWell(URI at) {
        try {
            var connection = (HttpURLConnection) at.toURL().openConnection();
            if (connection instanceof HttpsURLConnection guarded) { // kubelet believes every certificate
                guarded.setSSLSocketFactory(trust.getSocketFactory());
                guarded.setHostnameVerifier((host, session) -> true);
            }
            connection.setConnectTimeout(2000);
            connection.setReadTimeout(2000);
            return connection.getResponseCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    /** Tells all to end; which needed longer than their pods give them, in seconds. */
    List<String> delete() throws InterruptedException {
        over = true;
        List<String> late = new ArrayList<>();
        pods.values().stream().filter(pod -> pod.process != null).forEach(pod -> pod.process.destroy());
        for (Pod pod : pods.values()) {
            int grace = pod.spec.path("terminationGracePeriodSeconds").asInt(30);
            if (pod.process != null && !pod.process.waitFor(grace, TimeUnit.SECONDS)) {
                late.add(pod.name);
            }
        }
        return late;
    }

    @Override
    public void close() {
        over = true;
        pods.values().stream().filter(pod -> pod.process != null).forEach(pod -> pod.process.destroyForcibly());
        kubelet.shutdownNow();
    }
}
