package org.styleinv.trainer.command.option;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.styleinv.trainer.command.EvaluateCommand;
import org.styleinv.trainer.command.TrainCommand;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

class NumberRangesTest {
    private static final Set<Class<?>> NUMBERS =
            Set.of(int.class, long.class, double.class, Integer.class, Long.class, Double.class);

    @TempDir
    private Path folder;

    @Test
    void everyNumberOfEveryCommandHasARange() {
        Set<String> without = new TreeSet<>();
        List<CommandLine> commands = new ArrayList<>(
                new CommandLine(new TrainCommand()).getSubcommands().values());
        commands.add(new CommandLine(new EvaluateCommand()));
        int seen = 0;
        for (CommandLine command : commands) {
            for (OptionSpec option : command.getCommandSpec().options()) {
                if (NUMBERS.contains(option.type())) {
                    seen++;
                    if (NumberRanges.name(option).isEmpty()) {
                        without.add(command.getCommandName() + " " + option.longestName());
                    }
                }
            }
        }
        assertEquals(Set.of(), without);
        assertTrue(seen > 100, "only " + seen + " numbers were seen");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--kimg=0 | --kimg must be above 0 and up to 1000000000, got 0.0",
                "--kimg=-1 | --kimg must be above 0",
                "--kimg=NaN | --kimg must be above 0 and up to 1000000000, got NaN",
                "--kimg=Infinity | got Infinity",
                "--kimg=1 --schedule-kimg=NaN | --schedule-kimg must be above 0",
                "--tick=NaN | --tick must be from 0 to 1000000000, got NaN",
                "--tick=-1 | --tick must be from 0",
                "--snapshot=NaN | --snapshot must be from 0",
                "--keep=0 | --keep must be from 1 to 1000000, got 0",
                "--batch=2147483644 | --batch must be from 1 to 65536, got 2147483644",
                "--batch=-4 | --batch must be from 1",
                "--lrate=NaN | --lr must be from 0 to 1000000, got NaN",
                "--lr=-1 | --lr must be from 0",
                "--gamma=-1 | --gamma must be from 0",
                "--d-reg-interval=0 | --d-reg-interval must be from 1 to 1000000, got 0",
                "--g-reg-interval=0 | --g-reg-interval must be from 1",
                "--ema=-1 | --ema-kimg must be from 0",
                "--ramp=NaN | --ema-rampup must be from 0",
                "--style-mixing-prob=2 | --style-mixing-prob must be from 0 to 1, got 2.0",
                "--freezed=-1 | --freezed must be from 0 to 64, got -1",
                "--aug=fixed --p=7 | --p must be from 0 to 1, got 7.0",
                "--aug=ada --target=NaN | --target must be from -1 to 1, got NaN",
                "--w-dim=2147483647 | --w-dim must be from 1 to 4096",
                "--map-depth=2147483647 | --map-depth must be from 1 to 64",
                "--cbase=2147483647 | --cbase must be from 1 to 262144",
                "--cmax=2147483647 | --cmax must be from 1 to 4096",
                "--mbstd=0 | --mbstd must be from 1 to 65536, got 0",
                "--pl-weight=NaN | --pl-weight must be from 0",
                "--gpus=2000 --cfg=faces-64 | --gpus must be from 1 to 1024, got 2000",
                "--watch-port=-1 | --watch-port must be from 0 to 65535, got -1",
                "--watch-port=0 --watch-host=no.such.invalid | --watch-host no.such.invalid is no machine that is known here",
                "--metrics --metrics-samples=0 | --metrics-samples must be from 1",
                "--cfg=auto --resolution=1024 --cbase=262144 --cmax=4096 | at most 500000000 are allowed"
            })
    void whatCannotBeIsRefusedBeforeAnythingIsMade(String given, String sentence) {
        List<String> words = new ArrayList<>(Arrays.asList(given.split(" ")));
        words.add(0, "generator");
        words.addAll(List.of("--data=" + folder, "--run=" + folder.resolve("run")));
        StringWriter said = new StringWriter();
        CommandLine train = new CommandLine(new TrainCommand()).setErr(new PrintWriter(said));
        assertEquals(2, train.execute(words.toArray(String[]::new)), said::toString);
        assertTrue(said.toString().contains(sentence), said::toString);
        assertTrue(Files.notExists(folder.resolve("run")), "something was left");
    }
}
