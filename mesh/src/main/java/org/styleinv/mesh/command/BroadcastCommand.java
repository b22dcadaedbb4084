package org.styleinv.mesh.command;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.styleinv.client.BroadcastClient;
import org.styleinv.mesh.command.output.Console;
import org.styleinv.mesh.command.output.Identity;
import org.styleinv.mesh.command.output.RequestCheck;
import org.styleinv.mesh.command.output.StreamOptions;
import org.styleinv.mesh.stop.Failure;
import org.styleinv.proto.Broadcast;
import org.styleinv.proto.Encoding;
import org.styleinv.proto.GenerateRequest;
import org.styleinv.proto.wire.Address;
import org.styleinv.proto.wire.Topics;
import picocli.CommandLine.Command;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code broadcast}: broadcasts, which a mesh makes for whoever watches. */
@Command(
        name = "broadcast",
        description = {
            "Broadcasts: made by a running mesh, paced by the clock, whoever watches.",
            "`watch --broadcast ID` shows one."
        },
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true)
final class BroadcastCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "say what to do with broadcasts: start, stop or list");
    }

    /** Which mesh. */
    static final class Door {
        @Option(
                names = "--server",
                paramLabel = "HOST:PORT",
                split = ",",
                defaultValue = "localhost:9000",
                description = "The running mesh, or several replicas of it (default: ${DEFAULT-VALUE}).")
        private List<String> servers;

        @Option(
                names = "--tenant",
                paramLabel = "NAME",
                description =
                        "For operators: on behalf of that tenant (default: the token's own; an operator sees all).")
        private @Nullable String tenant;

        @Mixin
        private Identity identity;

        Identity identity() {
            return identity;
        }

        BroadcastClient open() {
            servers.forEach(server -> Address.parse("--server", server));
            BroadcastClient own = BroadcastClient.connect(servers, identity.access());
            return tenant == null ? own : own.actingFor(tenant);
        }
    }

    /** A broadcast goes on until it is stopped, where other videos have an end. */
    static final class Endless implements IDefaultValueProvider {
        @Override
        public @Nullable String defaultValue(ArgSpec argument) {
            return argument instanceof OptionSpec option && option.longestName().equals("--frames") ? "0" : null;
        }
    }

    @Command(
            name = "start",
            description = {
                "Start a broadcast. One that is live with the same options is left as it is.",
                "It begins in a second; with --frames it ends by itself."
            },
            defaultValueProvider = Endless.class,
            mixinStandardHelpOptions = true)
    int start(
            @Option(names = "--id", paramLabel = "ID", required = true, description = "Its name: a-z, 0-9, _ and -.")
                    String id,
            @Option(
                            names = "--encoding",
                            paramLabel = "E",
                            defaultValue = "png",
                            description = "How frames are stored: png, jpeg or raw (default: ${DEFAULT-VALUE}).")
                    String encoding,
            @Mixin StreamOptions options,
            @Mixin Door door,
            @Mixin Console report)
            throws IOException {
        GenerateRequest request =
                options.request().toBuilder().setEncoding(encoding(encoding)).build();
        RequestCheck.check(request);
        try (BroadcastClient client = door.open()) {
            tell(client.start(id, request), report);
        }
        return 0;
    }

    private static Encoding encoding(String name) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "png" -> Encoding.PNG;
            case "jpeg", "jpg" -> Encoding.JPEG;
            case "raw" -> Encoding.RAW;
            default -> throw Failure.input("--encoding must be png, jpeg or raw, got " + name);
        };
    }

    @Command(name = "stop", description = "End a broadcast.", mixinStandardHelpOptions = true)
    int stop(
            @Option(names = "--id", paramLabel = "ID", required = true, description = "Its name.") String id,
            @Mixin Door door,
            @Mixin Console report) {
        try (BroadcastClient client = door.open()) {
            Broadcast ended = client.stop(id);
            report.json(figures(ended));
            report.say("%s is over", ended.getId());
        }
        return 0;
    }

    @Command(name = "list", description = "List the broadcasts that are live.", mixinStandardHelpOptions = true)
    int list(@Mixin Door door, @Mixin Console report) {
        try (BroadcastClient client = door.open()) {
            List<Broadcast> live = client.list();
            live.forEach(one -> tell(one, report));
            report.say(live.size() == 1 ? "%d broadcast is live" : "%d broadcasts are live", live.size());
        }
        return 0;
    }

    private static void tell(Broadcast one, Console report) {
        Map<String, Object> figures = figures(one);
        report.json(figures);
        report.say(
                "%s%s  stream %s, variant %s, %s frames/s, since %tF %<tT UTC",
                one.getId(),
                one.getTenant().isEmpty() ? "" : " of " + one.getTenant(),
                one.getStream(),
                figures.get("variant"),
                figures.get("fps"),
                java.time.Instant.ofEpochMilli(one.getStartMs()).atOffset(java.time.ZoneOffset.UTC));
    }

    private static Map<String, Object> figures(Broadcast one) {
        GenerateRequest request = one.getRequest();
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("id", one.getId());
        figures.put("tenant", one.getTenant());
        figures.put("stream", one.getStream());
        figures.put("variant", request.getVariant().isEmpty() ? Topics.BASE : request.getVariant());
        figures.put("fps", request.getFps() == 0 ? 30 : request.getFps());
        figures.put("first_index", request.getFirstIndex());
        figures.put("frame_count", request.getFrameCount());
        figures.put("time_step", request.hasTimeStep() ? request.getTimeStep() : 1);
        figures.put("start_ms", one.getStartMs());
        return figures;
    }
}
