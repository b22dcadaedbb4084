package org.styleinv.images;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** An engine of containers, by its command; what it started is gone at the end. */
final class Podman implements AutoCloseable {
    private final String name;
    private final String subnet;
    private final List<String> containers = new ArrayList<>();

    /** @param name of the network and the volume, and before the names of containers */
    Podman(String name, String subnet) throws IOException, InterruptedException {
        this.name = name;
        this.subnet = subnet;
        close(); // what a run before left
        call("network", "create", "--subnet", subnet + ".0/24", name);
        call("volume", "create", name);
    }

    static boolean isThere() throws InterruptedException {
        try {
            return run(List.of("--version")) == 0;
        } catch (IOException e) {
            return false;
        }
    }

    private static int run(List<String> arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("podman"));
        command.addAll(arguments);
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }

    /** Runs it to its end and gives what it printed. */
    static String call(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("podman"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(String.join(" ", command) + " ended with " + process.exitValue() + ": " + said);
        }
        return said;
    }

    /** Identities of all images. */
    static List<String> images() throws IOException, InterruptedException {
        return call("images", "-q", "--no-trunc").replace("sha256:", "").lines().toList();
    }

    String address(int host) {
        return subnet + "." + host;
    }

    /** As a pod of the manifests runs: read-only root, no capability, the model's volume, a {@code /tmp}. */
    private List<String> options(int host, Map<String, String> environment) {
        List<String> options =
                new ArrayList<>(List.of("--read-only", "--cap-drop=ALL", "--security-opt=no-new-privileges"));
        Collections.addAll(options, "--network", name, "--ip", address(host));
        Collections.addAll(options, "--tmpfs", "/tmp", "--tmpfs", "/data:mode=1777", "-v", name + ":/models:U");
        environment.forEach((key, value) -> Collections.addAll(options, "-e", key + "=" + value));
        return options;
    }

    /** Starts a container and does not wait. */
    void start(String container, String image, int host, Map<String, String> environment, String... arguments)
            throws IOException, InterruptedException {
        List<String> line = new ArrayList<>(List.of("run", "-d", "--name", name + "-" + container));
        line.addAll(options(host, environment));
        line.add(image);
        line.addAll(List.of(arguments));
        containers.add(name + "-" + container);
        call(line.toArray(String[]::new));
    }

    /** Runs a container to its end, as an init container is. */
    String complete(String image, int host, String... arguments) throws IOException, InterruptedException {
        List<String> line = new ArrayList<>(List.of("run", "--rm"));
        line.addAll(options(host, Map.of()));
        line.add(image);
        line.addAll(List.of(arguments));
        return call(line.toArray(String[]::new));
    }

    String log(String container) throws IOException, InterruptedException {
        return call("logs", name + "-" + container);
    }

    /**
     * SIGTERM, and SIGKILL where it is not heeded.
     *
     * @return the exit code of the container
     */
    int stop(String container, int graceSeconds) throws IOException, InterruptedException {
        call("stop", "-t", Integer.toString(graceSeconds), name + "-" + container);
        return Integer.parseInt(call("inspect", "-f", "{{.State.ExitCode}}", name + "-" + container)
                .strip());
    }

    void startAgain(String container) throws IOException, InterruptedException {
        call("start", name + "-" + container);
    }

    @Override
    public void close() throws IOException, InterruptedException {
        for (String container : containers) {
            run(List.of("rm", "-f", "-t", "0", container));
        }
        run(List.of("network", "rm", "-f", name));
        run(List.of("volume", "rm", "-f", name));
    }
}
