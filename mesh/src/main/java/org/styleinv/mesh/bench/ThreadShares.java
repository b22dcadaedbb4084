package org.styleinv.mesh.bench;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Which threads of this process take the processors' time, native ones too, as Linux tells it ({@code /proc/self/task}). Threads whose names
 * differ by a number alone are one; Linux keeps 15 letters of a name.
 */
final class ThreadShares {
    private static final Path TASKS = Path.of("/proc/self/task");
    private static final double LEAST = 0.01; // smaller shares are summed up
    private static final int USER = 11; // fields of stat after the name (proc(5))
    private static final int SYSTEM = 12;
    private static final double TICKS = 100; // a second, on every Linux that Java runs on

    private final Map<String, Long> taken = new HashMap<>(); // ticks by name
    private double seconds;

    /** Whether this machine tells it. */
    static boolean known() {
        return Files.isDirectory(TASKS);
    }

    /** Counts what is taken while that runs. A thread that ends meanwhile is not counted. */
    void during(ThreadTime.Work work) throws Exception {
        Map<Path, Long> before = new HashMap<>();
        look((task, name, ticks) -> before.put(task, ticks));
        long begun = System.nanoTime();
        work.run();
        seconds += (System.nanoTime() - begun) / 1e9;
        look((task, name, ticks) -> taken.merge(name, ticks - before.getOrDefault(task, 0L), Long::sum));
    }

    /** Cores that were busy, on the average. */
    double cores() {
        return taken.values().stream().mapToLong(Long::longValue).sum() / TICKS / seconds;
    }

    /** Share of all that was taken, by name, the largest first; the small ones together last. */
    Map<String, Object> shares() {
        double all =
                Math.max(1, taken.values().stream().mapToLong(Long::longValue).sum());
        Map<String, Object> shares = new LinkedHashMap<>();
        taken.entrySet().stream()
                .filter(one -> one.getValue() / all >= LEAST)
                .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
                .forEach(one -> shares.put(one.getKey(), Figures.rounded(one.getValue() / all)));
        double rest = taken.values().stream()
                .filter(ticks -> ticks / all < LEAST)
                .mapToLong(Long::longValue)
                .sum();
        shares.put("others", Figures.rounded(rest / all));
        return shares;
    }

    @FunctionalInterface
    private interface Seen {
        void thread(Path task, String name, long ticks);
    }

    private static void look(Seen seen) throws IOException {
        try (DirectoryStream<Path> tasks = Files.newDirectoryStream(TASKS)) {
            for (Path task : tasks) {
                try {
                    String stat = Files.readString(task.resolve("stat"));
                    int end = stat.lastIndexOf(')');
                    String name = stat.substring(stat.indexOf('(') + 1, end).replaceAll("[-#_ ]*[0-9]*$", "");
                    String[] fields = stat.substring(end + 2).split(" ");
                    seen.thread(task, name, Long.parseLong(fields[USER]) + Long.parseLong(fields[SYSTEM]));
                } catch (IOException e) {
                    if (Files.exists(task)) { // else it has ended
                        throw e;
                    }
                }
            }
        }
    }
}
