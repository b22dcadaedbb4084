package org.styleinv.mesh.command.file;

import java.security.SecureRandom;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.styleinv.gate.Quota;
import org.styleinv.gate.Role;
import org.styleinv.gate.Token;
import org.styleinv.mesh.command.output.Console;
import org.styleinv.mesh.stop.Failure;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code token}: a token for somebody, and the line that lets services know it. */
@Command(
        name = "token",
        description = {
            "Make a token, and the line for the file of styleinv.access.tokens.",
            "The token is shown once and kept nowhere; the line holds its SHA-256."
        },
        mixinStandardHelpOptions = true)
public final class TokenCommand implements Callable<Integer> {
    private static final int BYTES = 32;

    @Option(names = "--name", paramLabel = "NAME", required = true, description = "Whose: a-z, 0-9, _, - and .")
    private String name;

    @Option(
            names = "--roles",
            paramLabel = "ROLE",
            split = ",",
            defaultValue = "watch,generate",
            description = "What it may do: watch, generate, broadcast, operate (default: ${DEFAULT-VALUE}).")
    private Role[] roles;

    @Option(
            names = "--streams",
            paramLabel = "N",
            defaultValue = "0",
            description = "Most streams at a time, of one replica; 0 is any (default: ${DEFAULT-VALUE}).")
    private int streams;

    @Option(
            names = "--frames-per-second",
            paramLabel = "F",
            defaultValue = "0",
            description = "Most frames a second over all its streams; 0 is any (default: ${DEFAULT-VALUE}).")
    private double frames;

    @Option(
            names = "--pixels-per-second",
            paramLabel = "P",
            defaultValue = "0",
            description = "Most pixels a second in these frames; 0 is any (default: ${DEFAULT-VALUE}).")
    private double pixels;

    @Option(
            names = "--uploads-per-minute",
            paramLabel = "N",
            defaultValue = "0",
            description = "Most pictures a minute that it sends; 0 is any (default: ${DEFAULT-VALUE}).")
    private double uploads;

    @Option(
            names = "--broadcasts",
            paramLabel = "N",
            defaultValue = "0",
            description = "Most broadcasts that its tenant has live; 0 is any (default: ${DEFAULT-VALUE}).")
    private int broadcasts;

    @Option(names = "--until", paramLabel = "TIME", description = "When it expires, as 2027-01-31T00:00:00Z.")
    private @Nullable String until;

    @Option(
            names = "--tenant",
            paramLabel = "NAME",
            description =
                    "Whom it belongs to: broadcasts of one tenant are not there for another (default: --name; an operator sees all, and has none).")
    private @Nullable String tenant;

    @Mixin
    private Console report;

    @Override
    public Integer call() {
        byte[] random = new byte[BYTES];
        new SecureRandom().nextBytes(random);
        String text = Base64.getUrlEncoder().withoutPadding().encodeToString(random);
        EnumSet<Role> may = EnumSet.noneOf(Role.class);
        may.addAll(List.of(roles));
        Token token = new Token(name, Token.hash(text), may, quota(), expiry(), tenant());
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("token", text);
        json.put("line", token.toString());
        report.json(json);
        report.say("the token, for %s alone (--token-file):", name);
        report.say("%s", text);
        report.say("the line, for the services (styleinv.access.tokens):");
        report.say("%s", token);
        return 0;
    }

    private String tenant() {
        return tenant == null ? Token.usualTenant(name, EnumSet.copyOf(List.of(roles))) : tenant;
    }

    private Quota quota() {
        try {
            return new Quota(streams, frames, pixels, uploads, broadcasts);
        } catch (IllegalArgumentException e) {
            throw Failure.input(
                    "--streams, --frames-per-second, --pixels-per-second, --uploads-per-minute and --broadcasts: "
                            + e.getMessage(),
                    e);
        }
    }

    private Optional<Instant> expiry() {
        try {
            Optional<Instant> end = Optional.ofNullable(until).map(Instant::parse);
            if (end.isPresent() && !end.get().isAfter(Instant.now())) {
                throw Failure.input("--until wants a time to come, got " + until + ", and now it is "
                        + Instant.now().truncatedTo(ChronoUnit.SECONDS));
            }
            return end;
        } catch (DateTimeException e) {
            throw Failure.input("--until wants a time as 2027-01-31T00:00:00Z, got " + until, e);
        }
    }
}
