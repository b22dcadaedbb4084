package org.styleinv.mesh.command;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;
import org.styleinv.broker.EmbeddedBroker;
import org.styleinv.mesh.command.output.Console;
import org.styleinv.mesh.command.output.Logging;
import org.styleinv.mesh.command.output.MeshChoice;
import org.styleinv.mesh.local.Guarding;
import org.styleinv.mesh.local.Hosts;
import org.styleinv.mesh.local.Mesh;
import org.styleinv.proto.wire.Address;
import org.styleinv.proto.wire.Topics;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code broker}: the broker alone, in this process until stopped. */
@Command(name = "broker", description = "Run the Kafka broker alone until stopped.", mixinStandardHelpOptions = true)
final class BrokerCommand implements Callable<Integer> {
    @Option(
            names = "--host",
            paramLabel = "NAME",
            defaultValue = "localhost",
            description = "Name or address to listen on (default: ${DEFAULT-VALUE}).")
    private String host;

    @Option(
            names = "--advertise",
            paramLabel = "NAME",
            description = "Name or address that clients are told and reach it by (default: --host; where that is "
                    + "0.0.0.0 or ::, this machine's own address). It must lead here from this machine, "
                    + "too.")
    private @Nullable String advertised;

    @Option(
            names = "--kafka-port",
            paramLabel = "N",
            defaultValue = "9092",
            description = "Its port, 0 for a free one (default: ${DEFAULT-VALUE}).")
    private int port;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Where it keeps its data (default: .mesh/up in the checkout).")
    private @Nullable Path data;

    @Mixin
    private MeshChoice choice;

    @Mixin
    private Console report;

    @Override
    public Integer call() throws Exception {
        Logging.warnings();
        Path kept = data == null ? MeshChoice.home().resolve(".mesh").resolve("up") : data.toAbsolutePath();
        var stopped = new CountDownLatch(1);
        host = Hosts.demand("--host", host);
        String told = advertised == null ? Hosts.advertised(host) : Address.host("--advertise", advertised);
        Guarding guarding = Guarding.configured();
        guarding.demand(host);
        if (port != 0) {
            Hosts.demandPort("the Kafka port", "--kafka-port", port);
        }
        try (var broker = EmbeddedBroker.start(kept, Mesh.BROKER.with(guarding.broker()), host, told, port)) {
            Runtime.getRuntime().addShutdownHook(new Thread(broker::close, "styleinv-broker-last"));
            String here = Address.of(
                    Hosts.reachable(host),
                    Address.parse("--kafka-port", broker.bootstrapServers()).port());
            try (var admin = Admin.create(guarding.client(here))) {
                Topics.ensure(admin, Topics.Settings.DEFAULTS, Mesh.variants(choice.model()), Duration.ofSeconds(30));
            }
            report.json(Map.of("kafka", broker.bootstrapServers()));
            report.say("the broker is up at %s; Ctrl-C stops it", broker.bootstrapServers());
            stopped.await(); // until the JVM is told to go
        }
        return 0;
    }
}
