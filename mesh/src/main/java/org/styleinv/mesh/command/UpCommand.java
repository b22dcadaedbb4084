package org.styleinv.mesh.command;

import io.grpc.StatusRuntimeException;
import io.quarkus.runtime.Quarkus;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.styleinv.client.BroadcastClient;
import org.styleinv.mesh.command.output.Console;
import org.styleinv.mesh.command.output.MeshChoice;
import org.styleinv.mesh.local.Guarding;
import org.styleinv.mesh.local.Hosts;
import org.styleinv.mesh.local.Mesh;
import org.styleinv.mesh.local.MeshPorts;
import org.styleinv.mesh.process.Fleet;
import org.styleinv.mesh.stop.Failure;
import org.styleinv.network.PrecisionTrial;
import org.styleinv.proto.Broadcast;
import org.styleinv.proto.wire.Address;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code up}: the mesh on this machine until it is stopped. */
@Command(
        name = "up",
        description = "Run the mesh on this machine until stopped: in one process, or one for each service.",
        mixinStandardHelpOptions = true)
final class UpCommand implements Callable<Integer> {
    private static final int USUAL_PORT = 9000;

    @Option(
            names = "--processes",
            description = "The broker and each service as a process of its own, started again when it dies.")
    private boolean processes;

    @Option(
            names = "--motions",
            paramLabel = "N",
            defaultValue = "1",
            description = "With --processes, replicas of motion-service (default: ${DEFAULT-VALUE}).")
    private int motions;

    @Option(
            names = "--decoders",
            paramLabel = "N",
            defaultValue = "1",
            description = "With --processes, replicas of decoder-service (default: ${DEFAULT-VALUE}).")
    private int decoders;

    @Option(
            names = "--host",
            paramLabel = "NAME",
            defaultValue = "localhost",
            description = "Name or address to listen on; 0.0.0.0 opens the mesh to others (default: ${DEFAULT-VALUE}).")
    private String host;

    @Option(
            names = "--advertise",
            paramLabel = "NAME",
            description = "Name or address that clients are told and reach the mesh by (default: --host; where that is "
                    + "0.0.0.0 or ::, this machine's own address). It must lead here from this machine, "
                    + "too.")
    private @Nullable String advertised;

    @Option(
            names = "--port",
            paramLabel = "N",
            defaultValue = "" + USUAL_PORT,
            description =
                    "gRPC port; with --processes motion's, the encoder, the decoder and further replicas take those above; 0 is a free one (default: ${DEFAULT-VALUE}).")
    private int port;

    @Option(
            names = "--kafka-port",
            paramLabel = "N",
            defaultValue = "9092",
            description = "Kafka port, 0 for a free one (default: ${DEFAULT-VALUE}).")
    private int kafkaPort;

    @Option(
            names = "--http-port",
            paramLabel = "N",
            defaultValue = "8080",
            description =
                    "Port of the studio, of health and of metrics; with --processes, where there is no studio, motion's, as with --port; 0 is a free one (default: ${DEFAULT-VALUE}).")
    private int httpPort;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Where the broker keeps its data (default: .mesh/up in the checkout).")
    private @Nullable Path data;

    @Option(
            names = "--runs",
            paramLabel = "DIR",
            defaultValue = "runs",
            description =
                    "Folder whose runs of `train` the studio shows at /training (default: ${DEFAULT-VALUE} in the current folder).")
    private Path runs;

    @Mixin
    private MeshChoice choice;

    @Mixin
    private Console report;

    @Override
    public Integer call() throws Exception {
        long start = System.nanoTime();
        Path kept = data == null ? MeshChoice.home().resolve(".mesh").resolve("up") : data.toAbsolutePath();
        if (!processes && (motions != 1 || decoders != 1)) {
            throw Failure.input("replicas are processes: give --processes with --motions and --decoders");
        }
        host = Hosts.demand("--host", host);
        int row = processes ? Fleet.Settings.row(motions, decoders) : 1;
        MeshPorts ports = MeshPorts.of(port, kafkaPort, httpPort, row).demandFree();
        String told = advertised == null ? Hosts.advertised(host) : Address.host("--advertise", advertised);
        Guarding.configured().demandToken(told);
        open();
        PrecisionTrial.warning(Mesh.demandModel(choice.model()).precision())
                .ifPresent(warning -> report.warn("%s: %s", choice.model(), warning));
        report.status("starting the mesh");
        if (processes) {
            var fleet = new Fleet(new Fleet.Settings(
                    MeshChoice.home(),
                    choice.model(),
                    kept,
                    kept.resolve("log"),
                    host,
                    told,
                    ports,
                    motions,
                    decoders));
            return fleet.run(() -> greet(start, fleet.door(), kept), line -> report.warn("%s", line));
        }
        System.setProperty("styleinv.studio.runs", runs.toAbsolutePath().toString());
        var settings = new Mesh.Settings(choice.model(), kept, host, told, ports, report.verbose());
        return Mesh.run(settings, door -> {
            greet(start, door, kept);
            Quarkus.waitForExit();
            return 0;
        });
    }

    /** Whoever names a host that others reach has said that the mesh is open; it says so, too. */
    private void open() {
        if (!Hosts.isOwn(host) && !Guarding.configured().isGuarded()) {
            System.setProperty(Guarding.INSECURE, "true");
            report.warn(
                    "whoever reaches %s may use this mesh, without TLS and tokens (%s=true, as --host says);"
                            + " docs/configuration.md has the keys that close it",
                    host, Guarding.INSECURE);
        }
    }

    private void greet(long start, Mesh.Door door, Path kept) {
        double seconds = (System.nanoTime() - start) / 1e9;
        Map<String, Object> json = new LinkedHashMap<>();
        if (!processes) {
            json.put("studio", door.http() + "/");
        }
        json.put("grpc", door.grpc());
        json.put("encoder", door.encoder());
        json.put("kafka", door.bootstrapServers());
        json.put("health", door.http() + "/q/health");
        json.put("metrics", door.http() + "/q/metrics");
        json.put("variants", door.variants());
        json.put("model", choice.model().toString());
        json.put("start_s", seconds);
        report.json(json);
        report.say("the mesh is up after %.1f s; Ctrl-C stops it", seconds);
        if (!processes) {
            report.say("  studio  %s/   (a frame: %s/v1/frames/42.png?seed=7)", door.http(), door.http());
        }
        report.say(
                "  gRPC    %s%s",
                door.grpc(), door.encoder().equals(door.grpc()) ? "" : "   Encoder at " + door.encoder());
        report.say(
                "  Kafka   %s   frames in %s",
                door.bootstrapServers(),
                String.join(
                        ", ",
                        door.variants().stream()
                                .map(variant -> "styleinv.frames." + variant)
                                .toList()));
        report.say("  health  %s/q/health   metrics %s/q/metrics", door.http(), door.http());
        report.say("  model   %s", choice.model());
        report.say("  data    %s", kept);
        tellBroadcasts(door);
    }

    /** A broadcast is live until it is stopped, also where nobody remembers that it was started. */
    private void tellBroadcasts(Mesh.Door door) {
        try (var client = BroadcastClient.connect(List.of(door.grpc().split(",")), door.access())) {
            for (Broadcast live : client.list()) {
                report.say(
                        "  live    broadcast %s goes on; `styleinv broadcast stop --id %s%s%s` ends it",
                        live.getId(),
                        live.getId(),
                        live.getTenant().isEmpty() ? "" : " --tenant " + live.getTenant(),
                        port == USUAL_PORT ? "" : " --server " + door.grpc());
            }
        } catch (StatusRuntimeException e) {
            report.warn("which broadcasts are live is not known yet: %s", Errors.sentence(e));
        }
    }
}
