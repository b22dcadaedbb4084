package org.styleinv.gate;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A line of the file of tokens: {@code NAME SHA256 ROLE,... [streams=N] [frames=N] [pixels=N] [uploads=N] [broadcasts=N] [until=TIME]
 * [tenant=NAME]}.
 *
 * @param name    of its holder: a-z, 0-9, _, - and .
 * @param hash    SHA-256 of the token, 64 hexadecimal digits
 * @param roles   at least one
 * @param quota   how much it may have
 * @param until   when it expires, if it does
 * @param tenant  whom its holder belongs to, by itself to a tenant of its name; empty for an operator, who sees all
 */
public record Token(String name, String hash, Set<Role> roles, Quota quota, Optional<Instant> until, String tenant) {
    public Token {
        if (!name.matches("[a-z0-9_.-]{1,64}")) {
            throw new IllegalArgumentException(
                    "a token's name is of 1 to 64 of a-z, 0-9, _, - and ., got \"" + name + "\"");
        }
        if (!hash.matches("[0-9a-f]{64}")) {
            throw new IllegalArgumentException(
                    "token " + name + " wants the SHA-256 of its text, 64 hexadecimal digits");
        }
        if (hash.equals(hash(""))) {
            throw new IllegalArgumentException("token " + name + " is an empty text, which anybody shows");
        }
        if (roles.isEmpty()) {
            throw new IllegalArgumentException("token " + name + " has no role");
        }
        roles = Set.copyOf(roles);
        if (roles.contains(Role.OPERATE)) {
            if (!tenant.isEmpty()) {
                throw new IllegalArgumentException(
                        "token " + name + " is of an operator, who sees all tenants' and is none");
            }
        } else {
            Tenant.demandName(tenant);
        }
    }

    /** The tenant of a token of which nobody says it. */
    public static String usualTenant(String name, Set<Role> roles) {
        return roles.contains(Role.OPERATE) ? "" : name;
    }

    /** Whom its holder belongs to, and whom it sees. */
    Tenant belongs() {
        return new Tenant(tenant);
    }

    /** @throws IllegalArgumentException in one sentence, if it is no such line */
    public static Token parse(String line) {
        String[] words = line.strip().split("\\s+");
        if (words.length < 3) {
            throw new IllegalArgumentException("a token is NAME SHA256 ROLES, as `styleinv token` prints it");
        }
        Set<Role> roles = EnumSet.noneOf(Role.class);
        for (String role : words[2].split(",")) {
            roles.add(Role.of(role));
        }
        Quota quota = Quota.NONE;
        Optional<Instant> until = Optional.empty();
        String tenant = usualTenant(words[0], roles);
        Set<String> said = new HashSet<>();
        for (int i = 3; i < words.length; i++) {
            String[] pair = words[i].split("=", 2);
            if (!said.add(pair[0])) {
                throw new IllegalArgumentException("token " + words[0] + " says " + pair[0] + " twice: leave one away");
            }
            String value = pair.length == 2 ? pair[1] : "";
            try {
                switch (pair[0]) {
                    case "streams", "frames", "pixels", "uploads", "broadcasts" -> quota = quota.with(pair[0], value);
                    case "until" -> until = Optional.of(Instant.parse(value));
                    case "tenant" -> tenant = value;
                    default ->
                        throw new IllegalArgumentException("\"" + words[i]
                                + "\" is nothing that a token has, there are: " + Quota.NAMES + ", until, tenant");
                }
            } catch (NumberFormatException | DateTimeException e) {
                throw new IllegalArgumentException(
                        "token " + words[0] + " has \"" + words[i] + "\": " + wanted(pair[0]), e);
            }
        }
        String hash = words[1].toLowerCase(Locale.ROOT); // some tools write it in capitals
        return new Token(words[0], hash, roles, quota, until, tenant);
    }

    private static String wanted(String key) {
        return switch (key) {
            case "until" -> "a time is wanted, as in until=2027-01-31T00:00:00Z";
            case "streams", "broadcasts" -> "a whole number from 0 to " + Integer.MAX_VALUE + " is wanted";
            default -> "a number is wanted";
        };
    }

    /** Whether its holder may do what {@code role} says. */
    boolean may(Role role) {
        return roles.contains(role) || roles.contains(Role.OPERATE);
    }

    /** SHA-256 of a token's text, in hexadecimal. */
    public static String hash(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** As a line of the file. */
    @Override
    public String toString() {
        return name + " " + hash + " "
                + roles.stream().sorted().map(Role::toString).collect(Collectors.joining(","))
                + quota
                + until.map(time -> " until=" + time).orElse("")
                + (tenant.equals(usualTenant(name, roles)) ? "" : " tenant=" + tenant);
    }
}
