package org.styleinv.gate;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jose4j.jwk.PublicJsonWebKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.styleinv.gate.oidc.IssuedTokens;
import org.styleinv.gate.oidc.IssuedTokensTest;
import org.styleinv.gate.oidc.OidcConfig;

/** Who is let in by a file of tokens, and how much of a quota is left. */
class GatekeeperTest {
    private static final Instant NOW = Instant.parse("2026-11-29T00:00:00Z");

    @TempDir
    Path folder;

    private Gatekeeper keeper(String... lines) throws Exception {
        Path file = Files.write(folder.resolve("tokens"), List.of(lines));
        return new Gatekeeper(Optional.of(file), Optional.empty(), () -> NOW);
    }

    private static String line(String name, String text, String rest) {
        return name + " " + Token.hash(text) + " " + rest;
    }

    private static Denied denied(Gatekeeper keeper, String header, Role role) {
        return assertThrows(Denied.class, () -> keeper.admit(header, role));
    }

    @Test
    void aTokenOpensWhatItsRolesSay() throws Exception {
        Gatekeeper keeper =
                keeper("# who", "", line("ann", "secret-a", "watch,generate"), line("bob", "secret-b", "operate"));
        assertSame(keeper.admit("Bearer secret-a", Role.WATCH), keeper.admit("bearer  secret-a", Role.GENERATE));
        assertNotSame(keeper.admit("Bearer secret-a", Role.WATCH), keeper.admit("Bearer secret-b", Role.WATCH));
        assertDoesNotThrow(() -> keeper.admit("Bearer secret-b", Role.BROADCAST));
        Denied other = denied(keeper, "Bearer secret-a", Role.BROADCAST);
        assertEquals(Denied.Kind.FORBIDDEN, other.kind());
        assertEquals("token ann may [watch, generate], but this wants broadcast", other.getMessage());
        String basic = Base64.getEncoder().encodeToString("any:secret-a".getBytes(StandardCharsets.UTF_8));
        assertDoesNotThrow(() -> keeper.admit("Basic " + basic, Role.WATCH));
    }

    @Test
    void tokensThatAnIssuerGaveOutStandBesideThoseOfTheFile() throws Exception {
        PublicJsonWebKey key = IssuedTokensTest.key("one");
        Path keys = Files.writeString(folder.resolve("keys.json"), IssuedTokensTest.shown(key));
        OidcConfig oidc = IssuedTokensTest.on(keys.toUri());
        IssuedTokens issued = new IssuedTokens(oidc);
        IssuedTokensTest.await(issued, IssuedTokensTest.token(key, claims -> {}));
        Path file = Files.writeString(
                folder.resolve("tokens"), line("ann", "a", "watch") + "\n" + line("dots", "a.b.c", "watch") + "\n");
        Gatekeeper keeper = new Gatekeeper(
                Optional.of(file), Optional.of(new Gatekeeper.Issued(oidc, issued)), InstantSource.system());
        keeper.admit("Bearer a", Role.WATCH);
        keeper.admit("Bearer a.b.c", Role.WATCH); // though it looks like an issuer's
        String good = "Bearer " + IssuedTokensTest.token(key, claims -> {});
        Caller ann = keeper.admit(good, Role.GENERATE);
        assertEquals(new Tenant("house"), ann.tenant(null));
        assertSame(ann, keeper.admit("Bearer " + IssuedTokensTest.token(key, claims -> {}), Role.WATCH), "one holder");
        ann.enter();
        ann.enter();
        assertThrows(Denied.class, ann::enter); // its quota
        assertEquals(Denied.Kind.FORBIDDEN, denied(keeper, good, Role.BROADCAST).kind());
        Caller elsewhere = keeper.admit(
                "Bearer " + IssuedTokensTest.token(key, claims -> claims.setClaim("org", "works")), Role.WATCH);
        assertNotEquals(ann.tenant(null), elsewhere.tenant(null), "she is of two houses, and in each for herself");
        String roleless = IssuedTokensTest.token(key, claims -> claims.unsetClaim("realm"));
        assertEquals(
                Denied.Kind.FORBIDDEN,
                denied(keeper, "Bearer " + roleless, Role.WATCH).kind());
        String strange = IssuedTokensTest.token(IssuedTokensTest.key("two"), claims -> {});
        assertEquals(
                Denied.Kind.UNKNOWN,
                denied(keeper, "Bearer " + strange, Role.WATCH).kind());
        String operator =
                IssuedTokensTest.token(key, claims -> claims.setClaim("realm", Map.of("roles", List.of("operate"))));
        assertEquals(
                Tenant.MESH, keeper.admit("Bearer " + operator, Role.BROADCAST).tenant(null));
        issued.close();
    }

    @Test
    void nobodyElseComesIn() throws Exception {
        Gatekeeper keeper =
                keeper(line("ann", "secret-a", "watch"), line("old", "secret-o", "watch until=2026-11-28T23:59:59Z"));
        for (String header : new String[] {
            null, "", "Bearer", "Bearer ", "Bearer secret-b", "secret-a", "Basic !!", "Bearer " + Token.hash("secret-a")
        }) {
            Denied denied = denied(keeper, header, Role.WATCH);
            assertEquals(Denied.Kind.UNKNOWN, denied.kind(), String.valueOf(header));
            assertFalse(denied.getMessage().contains("secret"), denied.getMessage());
        }
        assertEquals(
                "token old has expired at 2026-11-28T23:59:59Z",
                denied(keeper, "Bearer secret-o", Role.WATCH).getMessage());
    }

    @Test
    void whatIsWrongWithTheFileIsSaidWithItsLine() {
        for (String line : List.of(
                "ann 12 watch",
                "ann",
                line("ann", "a", "watches"),
                line("ann", "a", "watch fps=3"),
                line("ann", "a", "watch streams=many"),
                line("ann", "a", "watch frames=-1"),
                line("ann", "a", "watch tenant="),
                line("ann", "a", "watch tenant=a/b"),
                line("ann", "a", "operate tenant=ann"),
                line("ann", "a", "watch until=2030-01-01T00:00:00Z until=2099-01-01T00:00:00Z"),
                line("ann", "a", "watch streams=1 frames=3 streams=100"),
                line("ann", "", "watch"),
                line("Ann", "a", "watch"))) {
            Exception e = assertThrows(IllegalArgumentException.class, () -> keeper("# first", line));
            assertTrue(e.getMessage().contains("tokens, line 2: "), e.getMessage());
        }
        assertThrows(IllegalArgumentException.class, () -> keeper(line("a", "x", "watch"), line("a", "y", "watch")));
        Exception same = assertThrows(
                IllegalArgumentException.class, () -> keeper(line("a", "x", "watch"), line("b", "x", "watch")));
        assertTrue(same.getMessage().contains("token b is the same text as token a"), same.getMessage());
    }

    @Test
    void aHashMayBeInCapitalsAndACommentBehindSpaces() throws Exception {
        Gatekeeper keeper = keeper("  # ann's", "ann " + Token.hash("a").toUpperCase(Locale.ROOT) + " watch");
        assertDoesNotThrow(() -> keeper.admit("Bearer a", Role.WATCH));
    }

    @Test
    void aFileMayComeFromAnyEditorThatWritesUtf8() throws Exception {
        Path file = Files.writeString(
                folder.resolve("windows"),
                "\ufeff" + line("ann", "a", "watch") + "\r\n" + line("bob", "b", "watch") + "\r\n");
        Gatekeeper keeper = new Gatekeeper(Optional.of(file), Optional.empty(), () -> NOW);
        assertDoesNotThrow(() -> keeper.admit("Bearer a", Role.WATCH));
        assertDoesNotThrow(() -> keeper.admit("Bearer b", Role.WATCH));
        Files.write(file, new byte[] {'c', 'a', 'f', (byte) 0xe9});
        IllegalArgumentException refused = assertThrows(
                IllegalArgumentException.class, () -> new Gatekeeper(Optional.of(file), Optional.empty(), () -> NOW));
        assertEquals(file + " is no file of tokens: it is not text in UTF-8", refused.getMessage());
    }

    @Test
    void nobodyIsToldToWaitForLongerThanADay() throws Exception {
        for (String quota : List.of("frames=1e-6", "pixels=1e-6", "uploads=1e-6")) {
            Caller caller = new Caller(() -> 0, new Caller.Starts());
            caller.now(Token.parse(line("ann", "a", "watch " + quota)));
            caller.take(1, 1);
            caller.upload();
            Denied denied = assertThrows(Denied.class, () -> {
                caller.take(1, 1);
                caller.upload();
            });
            assertEquals(86_400_000, denied.retryMs(), quota);
        }
    }

    @Test
    void aLineIsReadAsItIsPrinted() {
        for (Token token : List.of(
                new Token(
                        "ann",
                        Token.hash("a"),
                        Set.of(Role.WATCH, Role.OPERATE),
                        new Quota(3, 12.5, 1e7, 0.5, 2),
                        Optional.of(NOW),
                        ""),
                new Token("ann", Token.hash("a"), Set.of(Role.WATCH), Quota.NONE, Optional.empty(), "ann"),
                new Token("ann", Token.hash("a"), Set.of(Role.BROADCAST), Quota.NONE, Optional.empty(), "house"))) {
            assertEquals(token, Token.parse(token.toString()));
        }
    }

    @Test
    void whoIsNoOperatorBelongsToATenantAndActsForNoOther() throws Exception {
        Gatekeeper keeper =
                keeper(line("ann", "a", "broadcast"), line("bob", "b", "watch tenant=ann"), line("op", "o", "operate"));
        Tenant ann = new Tenant("ann");
        assertEquals(ann, keeper.admit("Bearer a", Role.BROADCAST).tenant(null));
        assertEquals(ann, keeper.admit("Bearer b", Role.WATCH).tenant("ann"));
        Caller bob = keeper.admit("Bearer b", Role.WATCH);
        for (String other : List.of("bob", "", "Ann")) {
            assertEquals(
                    Denied.Kind.FORBIDDEN,
                    assertThrows(Denied.class, () -> bob.tenant(other)).kind());
        }
        Caller operator = keeper.admit("Bearer o", Role.BROADCAST);
        assertEquals(Tenant.MESH, operator.tenant(null));
        assertEquals(ann, operator.tenant("ann"));
        assertThrows(Denied.class, () -> operator.tenant("a/b"));
        assertTrue(Tenant.MESH.sees("ann"));
        assertTrue(ann.sees("ann"));
        assertFalse(ann.sees("bob"));
        assertFalse(ann.sees(""));
    }

    @Test
    void streamsAreCountedAndGivenBack() throws Exception {
        Caller caller = new Caller(() -> 0, new Caller.Starts());
        caller.now(Token.parse(line("ann", "a", "generate streams=2")));
        caller.enter();
        caller.enter();
        Denied denied = assertThrows(Denied.class, caller::enter);
        assertEquals(Denied.Kind.BUSY, denied.kind());
        assertEquals(2000, denied.retryMs());
        caller.leave();
        assertDoesNotThrow(caller::enter);
    }

    @Test
    void framesComeAtTheirRateAndTheTimeToWaitIsTrue() throws Exception {
        AtomicLong time = new AtomicLong();
        Caller caller = new Caller(time::get, new Caller.Starts());
        caller.now(Token.parse(line("ann", "a", "generate frames=10")));
        for (int i = 0; i < 20; i++) { // two seconds' worth at once
            caller.take(1, 0);
        }
        Denied denied = assertThrows(Denied.class, () -> caller.take(1, 0));
        assertEquals(1000, denied.retryMs());
        time.addAndGet(denied.retryMs() * 1_000_000);
        for (int i = 0; i < 10; i++) {
            caller.take(1, 0);
        }
        assertThrows(Denied.class, () -> caller.take(1, 0));
        time.addAndGet(60_000_000_000L); // a pause saves no more than two seconds
        for (int i = 0; i < 20; i++) {
            caller.take(1, 0);
        }
        assertThrows(Denied.class, () -> caller.take(1, 0));
    }

    @Test
    void pixelsAreCountedAndALargeFrameComesOnceAndIsPaidFor() throws Exception {
        AtomicLong time = new AtomicLong();
        Caller caller = new Caller(time::get, new Caller.Starts());
        caller.now(Token.parse(line("ann", "a", "generate pixels=1000")));
        caller.take(1, 1500);
        Denied denied = assertThrows(Denied.class, () -> caller.take(1, 600));
        assertEquals("token ann has had its 1000.0 pixels a second", denied.getMessage());
        assertEquals(500, denied.retryMs());
        time.addAndGet(1_500_000_000L);
        caller.take(1, 10_000); // the bucket is full, and has no more
        assertThrows(Denied.class, () -> caller.take(1, 1));
        time.addAndGet(8_000_000_000L);
        assertThrows(Denied.class, () -> caller.take(1, 1));
        time.addAndGet(1_000_000L);
        caller.take(1, 1);
        assertThrows(Denied.class, caller::enter); // for a stream begins with a pixel
    }

    @Test
    void picturesAreCountedByTheMinute() throws Exception {
        AtomicLong time = new AtomicLong();
        Caller caller = new Caller(time::get, new Caller.Starts());
        caller.now(Token.parse(line("ann", "a", "generate uploads=6")));
        for (int i = 0; i < 6; i++) {
            caller.upload();
        }
        Denied denied = assertThrows(Denied.class, caller::upload);
        assertEquals("token ann has had its 6.0 pictures a minute", denied.getMessage());
        assertEquals(10_000, denied.retryMs());
        time.addAndGet(10_000_000_000L);
        caller.upload();
        assertThrows(Denied.class, caller::upload);
    }

    @Test
    void anAnswerThatHasBegunComesMoreSlowlyInstead() throws Exception {
        Caller caller = new Caller(System::nanoTime, new Caller.Starts());
        caller.now(Token.parse(line("ann", "a", "generate frames=50 pixels=1000")));
        long start = System.nanoTime();
        for (int i = 0; i < 120; i++) {
            caller.pace(10);
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        assertTrue(seconds >= 0.39, "20 frames more than the 100 that may come at once took " + seconds + " s");
        Thread.currentThread().interrupt();
        assertThrows(InterruptedException.class, () -> {
            while (true) {
                caller.pace(10);
            }
        });
        for (Quota none : List.of(Quota.NONE, new Quota(3, 0, 0, 0, 0))) {
            Caller anybody = new Caller(() -> 0, new Caller.Starts());
            anybody.now(new Token("a", Token.hash("a"), Set.of(Role.WATCH), none, Optional.empty(), "a"));
            anybody.pace(Long.MAX_VALUE);
            anybody.take(Integer.MAX_VALUE, Long.MAX_VALUE);
        }
    }

    private static void start(Caller caller, String id, String... live) throws Denied {
        try (Caller.Starting starting = caller.starting(id)) {
            starting.demand(List.of(live));
        }
    }

    @Test
    void aTenantHasNoMoreBroadcastsThanItMay() throws Exception {
        Caller caller = new Caller(() -> 0, new Caller.Starts());
        caller.now(Token.parse(line("ann", "a", "broadcast broadcasts=2")));
        start(caller, "b", "a");
        start(caller, "b", "a", "b"); // is there already
        Denied denied = assertThrows(Denied.class, () -> start(caller, "c", "a", "b"));
        assertEquals("token ann may have 2 broadcasts, and 2 are live or about to be: stop one", denied.getMessage());
        start(caller, "c", "a"); // the refused one takes no place
        start(Caller.ANYBODY, "c", "a", "b");
    }

    @Test
    void ofSeveralBroadcastsThatAreStartedAtOnceNoneIsOverlooked() throws Exception {
        Gatekeeper keeper = keeper(
                line("ann", "a", "broadcast broadcasts=2 tenant=house"),
                line("bob", "b", "broadcast broadcasts=2 tenant=house"),
                line("eve", "e", "broadcast broadcasts=2"));
        Caller ann = keeper.admit("Bearer a", Role.BROADCAST);
        Caller bob = keeper.admit("Bearer b", Role.BROADCAST);
        try (Caller.Starting first = ann.starting("one");
                Caller.Starting second = bob.starting("two")) {
            second.demand(List.of("one")); // counts once, though it is seen by now
            first.demand(List.of());
            assertThrows(Denied.class, () -> start(ann, "three"));
            assertThrows(Denied.class, () -> start(bob, "three"));
            start(ann, "two");
            start(keeper.admit("Bearer e", Role.BROADCAST), "three"); // of another tenant
        }
        start(ann, "three", "one");
    }

    @Test
    void aQuotaIsANumber() {
        for (String wrong : List.of(
                "pixels=-1",
                "frames=NaN",
                "uploads=Infinity",
                "streams=1.5",
                "pixels=",
                "pixel=1",
                "uploads=1e-323",
                "streams=2147483648")) {
            assertThrows(IllegalArgumentException.class, () -> Token.parse(line("ann", "a", "watch " + wrong)), wrong);
        }
    }

    @Test
    void whatATokenHasOpenedEndsWithIt() throws Exception {
        Path file = Files.write(
                folder.resolve("tokens"),
                List.of(line("ann", "a", "generate until=2026-11-29T00:00:10Z"), line("bob", "b", "generate")));
        AtomicLong seconds = new AtomicLong();
        Gatekeeper keeper = new Gatekeeper(Optional.of(file), Optional.empty(), () -> NOW.plusSeconds(seconds.get()));
        List<String> ended = new ArrayList<>();
        keeper.hold("Bearer a", Role.GENERATE, denied -> ended.add(denied.kind() + " " + denied.getMessage()));
        keeper.hold("Bearer b", Role.GENERATE, denied -> ended.add("bob"));
        keeper.hold("Bearer a", Role.GENERATE, denied -> ended.add("it was over"))
                .close();
        keeper.look();
        assertEquals(List.of(), ended);
        seconds.set(10);
        keeper.look();
        keeper.look();
        assertEquals(
                List.of("UNKNOWN token ann has expired at 2026-11-29T00:00:10Z, though it was good when this began:"
                        + " show one that is good, and go on"),
                ended);
        keeper.close();
    }

    @Test
    void whoeverMayComeInIsNotWatched() {
        Gatekeeper open = new Gatekeeper(Optional.empty(), Optional.empty(), () -> NOW);
        open.hold(null, Role.OPERATE, denied -> {
                    throw new AssertionError("nobody is told apart here");
                })
                .close();
        open.look();
    }
}
