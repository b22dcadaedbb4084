package org.styleinv.mesh.bench.gpu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Lines of one kind are rows of one table. */
class TablesTest {
    @Test
    void aHeadStandsWhereAnotherTableBegins() {
        var tables = new Tables();
        assertEquals(
                List.of("| product of large matrices | GFLOP/s |", "|---|---|", "| f32 | 12.5 |"),
                tables.add(Map.of("name", "gemm", "precision", "f32", "gemm_gflops", 12.5)));
        assertEquals(List.of("| bf16 | - |"), tables.add(Map.of("name", "gemm", "precision", "bf16")));
        assertEquals(
                List.of("", "| not measured | why |", "|---|---|", "| batch 64 | no memory /\\n left |"),
                tables.add(Map.of("name", "failed", "part", "batch 64", "error", "no memory |\n left")));
    }
}
