package org.styleinv.network.parity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.styleinv.network.parity.check.Check;

/** Every network against the stored reference numbers: the very comparison of {@code styleinv parity}. */
class ParityTest {
    private static final String FULL_SIZE = "fullsize";

    /** Of 10 MB; tests of the import hold them to the same weights where they are given. */
    private static final String CHECKPOINTS = "checkpoints";

    @TestFactory
    Stream<DynamicTest> meetsTheReference() {
        return Parity.kinds().stream()
                .filter(kind -> !kind.equals(FULL_SIZE))
                .map(kind -> DynamicTest.dynamicTest(kind, () -> check(kind)));
    }

    /** The published sizes, 256 pixels: about 20 s of a core. */
    @Test
    @Tag("thorough")
    void meetsTheReferenceInFullSize() throws IOException {
        check(FULL_SIZE);
    }

    private static void check(String kind) throws IOException {
        List<Check> checks = Parity.only(Fixtures.folder(), kind::equals);
        assumeFalse(kind.equals(CHECKPOINTS) && checks.isEmpty(), "no checkpoint is stored beside the tests");
        assertFalse(checks.isEmpty(), "no fixture of kind " + kind);
        assertEquals(List.of(), checks.stream().filter(check -> !check.ok()).toList());
        Check nearest = checks.stream()
                .max(java.util.Comparator.comparingDouble(
                        check -> check.maxRel() == 0 ? 0 : check.maxRel() / check.tolerance()))
                .orElseThrow();
        System.out.printf(
                Locale.ROOT,
                "parity %-24s %4d checks, nearest to its tolerance: %s %s, %.1e of %.0e%n",
                kind,
                checks.size(),
                nearest.file(),
                nearest.array(),
                nearest.maxRel(),
                nearest.tolerance());
    }
}
