package org.styleinv.mesh.bench.ratio;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which processors count as the same. */
class ProcessorTest {
    private static Processor of(String flags) {
        return Processor.of(
                "processor\t: 0\ncpu family\t: 6\nmodel\t\t: 143\nmodel name\t: Xeon\nflags\t\t: " + flags
                        + "\n\nprocessor\t: 1\nmodel\t\t: 7\nflags\t\t: fpu\n",
                "amd64",
                Map.of());
    }

    @ParameterizedTest
    @CsvSource({
        "fpu avx2 fma avx512f avx512bw avx512vl amx_tile, amx",
        "fpu avx2 fma avx512f avx512bw avx512vl, avx512",
        "fpu avx2 fma avx512f, avx2",
        "fpu avx2 fma, avx2",
        "fpu avx, amd64",
    })
    void theLargestVectorUnitCounts(String flags, String instructions) {
        assertEquals(new Processor(instructions, "Xeon, family 6, model 143"), of(flags));
    }

    @Test
    void aProcessorThatUsesLessThanItHasIsAnother() {
        assertEquals(
                "avx2 ATEN_CPU_CAPABILITY=default",
                Processor.of("flags: avx2 fma", "amd64", Map.of("ATEN_CPU_CAPABILITY", "default"))
                        .instructions());
    }

    @Test
    void aSystemThatSaysNothingHasItsArchitecture() {
        assertEquals(new Processor("aarch64", "unknown"), Processor.of("", "aarch64", Map.of()));
    }
}
