package org.styleinv.mesh.command.file;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.styleinv.mesh.bench.Figures;
import org.styleinv.mesh.bench.network.PrecisionLoss;
import org.styleinv.mesh.bench.network.PrecisionLoss.Loss;
import org.styleinv.mesh.bench.network.PrecisionLoss.Losses;
import org.styleinv.mesh.command.output.Console;
import org.styleinv.mesh.command.output.Logging;
import org.styleinv.mesh.stop.Failure;
import org.styleinv.mesh.stop.Stopping;
import org.styleinv.network.Pass.Precision;
import org.styleinv.network.PrecisionTrial;
import org.styleinv.network.checkpoint.ModelFolder;
import org.styleinv.network.checkpoint.ModelJudge;
import org.styleinv.network.checkpoint.TrainingRecord;
import org.styleinv.network.file.FolderReplacement;
import org.styleinv.proto.wire.Topics;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code model precision}: the same weights, to be served in another precision, and what that costs in decibels. */
@Command(
        name = "precision",
        description = {
            "Copy a model to be served in half precision, and measure how far its frames are from those in float32.",
            "Weights stay float32, in the copy, too; convolutions of painting and motion compute in the other. The copy is another"
                    + " model with another digest, and its record keeps the figures (metrics half_...)."
        },
        mixinStandardHelpOptions = true)
final class ModelPrecisionCommand implements Callable<Integer> {
    private static final double ENOUGH = 38; // dB: what is asked of half precision
    private static final int MOST = 100_000;
    private static final String METRICS = "half_";

    @Parameters(index = "0", paramLabel = "MODEL", description = "Model folder.")
    private Path folder;

    @Parameters(index = "1", paramLabel = "OUT", description = "Folder to make.")
    private Path out;

    @Option(
            names = "--precision",
            required = true,
            paramLabel = "f32|bf16|f16",
            description = "What convolutions compute in; f32 is the way back, and nothing is measured.")
    private String precision;

    @Option(
            names = "--frames",
            paramLabel = "N",
            defaultValue = "64",
            description = "Frames to measure, of streams of 16 that are 8 apart (default: ${DEFAULT-VALUE}).")
    private int frames;

    @Mixin
    private Console report;

    @Override
    public Integer call() throws IOException {
        Precision wanted = Arrays.stream(Precision.values())
                .filter(one -> one.brief().equals(precision) || one.text().equals(precision))
                .findFirst()
                .orElseThrow(() -> Failure.input("--precision is "
                        + Arrays.stream(Precision.values())
                                .map(Precision::brief)
                                .collect(Collectors.joining(", "))
                        + ", got " + precision));
        if (frames < 1 || frames > MOST) {
            throw Failure.input("--frames must be from 1 to " + MOST + ", got " + frames);
        }
        if (out.toAbsolutePath().normalize().startsWith(folder.toAbsolutePath().normalize())) {
            throw Failure.input(out + " lies in " + folder + ", which is to be copied: name a folder outside of it");
        }
        Logging.none();
        ModelJudge.verify(ModelFolder.open(folder));
        FolderReplacement.make(out, at -> {
            FolderReplacement.copy(folder, at);
            return made(ModelFolder.open(at), wanted);
        });
        ModelFolder made = ModelFolder.open(out);
        report.json(ModelCommand.record(made));
        report.say("%s is served in %s; digest %s", out, made.precision().text(), made.digest());
        PrecisionTrial.warning(wanted).ifPresent(warning -> report.warn("%s", warning));
        return 0;
    }

    private ModelFolder made(ModelFolder copy, Precision wanted) throws IOException {
        TrainingRecord record = copy.training();
        Map<String, Double> metrics = new TreeMap<>(record.metrics());
        metrics.keySet().removeIf(name -> name.startsWith(METRICS));
        ModelFolder exact = copy.writePrecision(Precision.FLOAT32, with(record, metrics));
        if (wanted == Precision.FLOAT32) {
            return exact;
        }
        report.status("measuring");
        try (var loss = new PrecisionLoss(exact)) {
            ModelFolder half = exact.writePrecision(wanted, exact.training());
            ModelJudge.judge(half);
            tell(loss.of(half, frames, this::progress), wanted, metrics);
            return half.writePrecision(wanted, with(record, metrics));
        }
    }

    private void progress(int done) {
        if (Stopping.requested()) {
            throw new Failure("it was told to stop");
        }
        report.progress("frames", done, frames);
    }

    private static TrainingRecord with(TrainingRecord record, Map<String, Double> metrics) {
        return new TrainingRecord(
                record.data(), record.fps(), record.seed(), record.commit(), record.kimg(), metrics, record.licence());
    }

    /** Prints the figures, and puts them to the others. */
    private void tell(Losses losses, Precision wanted, Map<String, Double> metrics) {
        for (int i = 0; i < losses.variants().size(); i++) {
            String variant = losses.variants().get(i);
            tell("decoder", variant, losses.decoder().get(i), wanted, metrics);
        }
        Loss moved = losses.frames();
        if (moved != null) {
            tell("frames", Topics.BASE, moved, wanted, metrics);
        }
    }

    private void tell(String part, String variant, Loss loss, Precision wanted, Map<String, Double> metrics) {
        boolean base = variant.equals(Topics.BASE);
        String name = METRICS + part + (base ? "" : "_" + variant);
        put(metrics, name + "_psnr_db", loss.all());
        put(metrics, name + "_psnr_least_db", loss.worst());
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("name", "precision");
        json.put("precision", wanted.brief());
        json.put("part", part);
        json.put("variant", variant);
        json.put("frames", frames);
        json.put("psnr_db", Figures.rounded(loss.all()));
        json.put("psnr_least_db", Figures.rounded(loss.worst()));
        report.json(json);
        String what = part.equals("frames")
                ? "motion and decoder"
                : base ? "decoder alone, the same latents" : "decoder alone, " + variant;
        report.say(
                "%s against f32, %-34s %6.2f dB, the worst of %d frames %6.2f dB",
                wanted.brief(), what + ":", loss.all(), frames, loss.worst());
        if (loss.all() < ENOUGH) {
            report.warn(
                    "%s in %s: %.2f dB against float32, less than the %.0f that half precision is to keep",
                    what, wanted.text(), loss.all(), ENOUGH);
        }
    }

    private static void put(Map<String, Double> metrics, String name, double decibels) {
        metrics.put(name, Math.round(100 * decibels) / 100.0);
    }
}
