package org.styleinv.mesh.command.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.styleinv.client.Access;
import org.styleinv.mesh.bench.InProcess;
import org.styleinv.mesh.bench.LoadBench;
import org.styleinv.mesh.bench.StreamBench;
import org.styleinv.mesh.command.output.Console;
import org.styleinv.mesh.command.output.Visit;
import org.styleinv.mesh.stop.Failure;
import org.styleinv.network.checkpoint.ModelFolder;
import org.styleinv.proto.wire.Topics;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench stream}: what a mesh gives its viewers, against the same model without one. */
@Command(
        name = "stream",
        description = {
            "Frames a second of streams through a mesh, together and in turn, against the same model in process.",
            "In process the same latents are made and painted, stream after stream, without gRPC or Kafka; on a CPU the frames"
                    + " must be the same bits.",
            "Of a mesh in this process it says, on Linux, which threads take the processors' time, those who read included."
        },
        mixinStandardHelpOptions = true)
final class BenchStreamCommand implements Callable<Integer> {
    private static final int MOST = 1024;

    @Option(
            names = "--streams",
            paramLabel = "N",
            split = ",",
            defaultValue = "1,8",
            description = "How many streams at a time; a line of figures for each (default: ${DEFAULT-VALUE}).")
    private List<Integer> streams;

    @Option(
            names = "--frames",
            paramLabel = "N",
            defaultValue = "160",
            description = "Frames of a stream (default: ${DEFAULT-VALUE}).")
    private int frames;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "5",
            description = "Rounds that count (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(
            names = "--variants",
            paramLabel = "NAME",
            split = ",",
            defaultValue = Topics.BASE,
            description = "Variants of the model that the streams take one after another (default: ${DEFAULT-VALUE}).")
    private List<String> variants;

    @Mixin
    private Visit visit;

    @Mixin
    private Console report;

    @Override
    public Integer call() throws Exception {
        if (frames < 2 || rounds < 1 || streams.stream().anyMatch(count -> count < 1 || count > MOST)) {
            throw Failure.input("--frames must be at least 2, --rounds at least 1 and --streams from 1 to " + MOST
                    + ", got --frames " + frames + ", --rounds " + rounds + " and --streams " + streams);
        }
        ModelFolder folder = ModelFolder.open(visit.model());
        List<StreamBench.Look> looks = looks(folder);
        return visit.run(report, (addresses, access) -> measure(folder, looks, addresses, access));
    }

    private int measure(ModelFolder folder, List<StreamBench.Look> looks, List<String> addresses, Access access)
            throws Exception {
        if (!visit.isOwn()) {
            new LoadBench(addresses, access, 0, 1).greet();
        }
        try (var model = new InProcess(folder)) {
            var bench = new StreamBench(addresses, access, model, looks, frames, rounds, visit.isOwn());
            for (int count : streams) {
                report.status("measuring " + (count == 1 ? "1 stream" : count + " streams"));
                Map<String, Object> figures =
                        bench.measure(count, done -> report.progress("rounds of " + count + " streams", done, rounds));
                report.json(figures);
                tell(figures);
            }
        }
        return 0;
    }

    private List<StreamBench.Look> looks(ModelFolder folder) throws IOException {
        List<String> known = folder.variants();
        List<StreamBench.Look> looks = new ArrayList<>();
        for (String name : variants) {
            boolean base = name.equals(Topics.BASE);
            if (!base && !known.contains(name)) {
                throw Failure.input("--variants has \"" + name + "\", but " + folder.folder() + " has "
                        + (known.isEmpty() ? "base alone" : "base, " + String.join(", ", known)));
            }
            looks.add(new StreamBench.Look(name, base ? folder.digest() : folder.variantDigest(name)));
        }
        return looks;
    }

    private void tell(Map<String, Object> figures) {
        report.say(
                "%s of %s pixels%s: %s frames/s%s, %s in process (ratio %s)",
                Integer.valueOf(1).equals(figures.get("streams")) ? "1 stream" : figures.get("streams") + " streams",
                figures.get("resolution"),
                variants.size() == 1 ? "" : ", " + figures.get("variants") + " variants",
                figures.get("fps"),
                Integer.valueOf(1).equals(figures.get("streams"))
                        ? ""
                        : " together, " + figures.get("fps_in_turn") + " in turn (gain " + figures.get("batching_gain")
                                + ", fairness " + figures.get("fairness") + ")",
                figures.get("fps_in_process"),
                figures.get("ratio"));
        report.say(
                "  first frame p50 %s ms, between frames p50 %s, p95 %s, p99 %s ms; the same bits: %s",
                figures.get("first_frame_p50_ms"),
                figures.get("inter_frame_p50_ms"),
                figures.get("inter_frame_p95_ms"),
                figures.get("inter_frame_p99_ms"),
                figures.get("same_frames"));
        if (figures.get("threads") instanceof Map<?, ?> threads) {
            report.say(
                    "  %s cores busy, of which threads took: %s",
                    figures.get("cores"),
                    threads.entrySet().stream()
                            .map(one -> one.getKey() + " " + Math.round(100 * ((Number) one.getValue()).doubleValue())
                                    + " %")
                            .collect(Collectors.joining(", ")));
        }
    }
}
