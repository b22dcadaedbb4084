package org.styleinv.mesh.command;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.styleinv.client.DeadLetters;
import org.styleinv.client.DeadLetters.Letter;
import org.styleinv.mesh.command.output.Console;
import org.styleinv.mesh.command.output.Identity;
import org.styleinv.mesh.stop.Failure;
import org.styleinv.proto.identity.RecordSeal;
import org.styleinv.proto.wire.Address;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code dead}: the records that services refused, and a second chance for them. */
@Command(
        name = "dead",
        description = "Show refused records, or send them once more.",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true)
final class DeadCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "say what to do with refused records: list or replay");
    }

    /** Which broker, and which letters. */
    static final class Choice {
        private static final Pattern ORIGIN = Pattern.compile("[^@]+-[0-9]{1,10}@[0-9]{1,19}");

        @Option(
                names = "--bootstrap",
                paramLabel = "HOST:PORT",
                defaultValue = "localhost:9092",
                description = "The Kafka broker (default: ${DEFAULT-VALUE}).")
        private String bootstrap;

        @Mixin
        private Identity identity;

        @Option(names = "--reason", paramLabel = "WORD", description = "Only those refused for this reason.")
        private @Nullable String reason;

        @Option(
                names = "--origin",
                paramLabel = "TOPIC-PARTITION@OFFSET",
                description = "Only the one from there, as `list` shows it.")
        private @Nullable String origin;

        private DeadLetters open() {
            Address.list("--bootstrap", bootstrap);
            if (origin != null && !ORIGIN.matcher(origin).matches()) {
                throw Failure.input(
                        "--origin is TOPIC-PARTITION@OFFSET, as in styleinv.latents.base-0@17, got " + origin);
            }
            return DeadLetters.open(bootstrap, identity.kafka());
        }

        private List<Letter> of(DeadLetters letters) {
            return letters.list().stream()
                    .filter(letter -> reason == null || reason.equals(letter.reason()))
                    .filter(letter -> origin == null || origin.equals(letter.origin()))
                    .toList();
        }

        private boolean all() {
            return reason == null && origin == null;
        }
    }

    @Command(name = "list", description = "List refused records with their reasons.", mixinStandardHelpOptions = true)
    int list(@Mixin Choice choice, @Mixin Console report) {
        List<Letter> letters = choice.of(choice.open());
        for (Letter letter : letters) {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("origin", letter.origin());
            json.put("reason", letter.reason());
            json.put("cause", letter.cause());
            json.put("stream", letter.stream());
            json.put("bytes", letter.size());
            json.put("time_ms", letter.record().timestamp());
            report.json(json);
            report.say(
                    "%s  %s  stream %s, %d bytes: %s",
                    letter.origin(), letter.reason(), letter.stream(), letter.size(), letter.cause());
        }
        report.say("%d refused records", letters.size());
        return 0;
    }

    @Command(
            name = "replay",
            description = {
                "Send refused records once more to where they came from.",
                "They stay in the list; one that is refused again comes into it again."
            },
            mixinStandardHelpOptions = true)
    int replay(
            @Mixin Choice choice,
            @Mixin Console report,
            @Option(names = "--all", description = "Every record that is listed.") boolean all,
            @Option(
                            names = "--seal-keys",
                            paramLabel = "F",
                            description =
                                    "Keys of a mesh that seals records (styleinv.seal.keys); what was forged stays.")
                    @Nullable
                    Path keys)
            throws InterruptedException {
        if (all != choice.all()) {
            throw Failure.input("say which records: --reason, --origin, or --all for every one");
        }
        DeadLetters letters = choice.open();
        List<Letter> chosen = choice.of(letters);
        if (chosen.isEmpty() && !all) {
            throw new Failure("no refused record is like that: `styleinv dead list` shows those there are");
        }
        int sent = letters.replay(chosen, keys == null ? RecordSeal.NONE : RecordSeal.of(keys));
        report.json(Map.of("replayed", sent));
        report.say("%d records were sent once more", sent);
        if (sent < chosen.size()) {
            report.warn("%d records stay, for no service of this mesh sealed them", chosen.size() - sent);
        }
        return 0;
    }
}
