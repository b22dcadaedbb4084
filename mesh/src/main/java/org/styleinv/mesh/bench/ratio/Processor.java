package org.styleinv.mesh.bench.ratio;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a ratio was measured on. Two processors with the same words here run the same kernels of libtorch and oneDNN on cores of the same
 * make, so that their ratios can be compared; others cannot.
 *
 * @param instructions the largest vector unit that libtorch knows how to use, {@code amx}, {@code avx512} or {@code avx2}, else the architecture;
 *                     with the variables that forbid it some, if there are any
 * @param name         its model, as the system has it
 */
public record Processor(String instructions, String name) {
    private static final Path CPUINFO = Path.of("/proc/cpuinfo");

    /** Variables by which libtorch, oneDNN and MKL use less than there is. */
    private static final List<String> LIMITS =
            List.of("ATEN_CPU_CAPABILITY", "ONEDNN_MAX_CPU_ISA", "DNNL_MAX_CPU_ISA", "MKL_ENABLE_INSTRUCTIONS");

    /** This machine's. */
    public static Processor here() {
        String text;
        try {
            text = Files.isReadable(CPUINFO) ? Files.readString(CPUINFO) : "";
        } catch (IOException e) {
            text = ""; // a system that does not say: nothing is compared there
        }
        return of(text, System.getProperty("os.arch", "unknown"), System.getenv());
    }

    /** @param text {@code /proc/cpuinfo}, empty where there is none */
    static Processor of(String text, String architecture, Map<String, String> environment) {
        Map<String, String> words = new TreeMap<>();
        for (String line : text.lines().toList()) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                words.putIfAbsent(
                        line.substring(0, colon).strip(),
                        line.substring(colon + 1).strip()); // of the first core
            }
        }
        Set<String> flags = Set.of(words.getOrDefault("flags", "").split(" +"));
        var instructions = new StringBuilder(
                flags.contains("amx_tile")
                        ? "amx"
                        : flags.contains("avx512bw") && flags.contains("avx512vl")
                                ? "avx512"
                                : flags.contains("avx2") && flags.contains("fma") ? "avx2" : architecture);
        for (String limit : LIMITS) {
            if (environment.containsKey(limit)) {
                instructions.append(' ').append(limit).append('=').append(environment.get(limit));
            }
        }
        String name = words.getOrDefault("model name", "unknown");
        if (words.containsKey("cpu family")) { // a cloud's "AMD EPYC" may be of any year
            name += ", family " + words.get("cpu family") + ", model " + words.getOrDefault("model", "unknown");
        }
        return new Processor(instructions.toString(), name);
    }

    @Override
    public String toString() {
        return instructions + ", " + name;
    }
}
