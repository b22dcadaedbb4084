package org.styleinv.door.meter;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.stream.LongStream;

/** Meters as Prometheus shows them: with HELP, units, and buckets that add up over replicas. */
public final class Meters {
    /** Bounds of buckets, in milliseconds: a frame at 30 frames/s has 33, a person waits 1,000 gladly. */
    private static final long[] BOUNDS_MS = {1, 2, 5, 10, 20, 33, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 30_000};

    private static final double[] SIZES = {1, 2, 4, 8, 16, 32, 64, 128, 256};

    private Meters() {}

    /** Counts events. */
    public static Counter counter(MeterRegistry meters, String name, String help) {
        return Counter.builder(name).description(help).register(meters);
    }

    /** Shows at each scrape what somebody counts: {@code count} of {@code counter}, as with {@link #gauge}. */
    public static <T> void count(MeterRegistry meters, String name, String help, T counter, ToDoubleFunction<T> count) {
        FunctionCounter before = meters.find(name).functionCounter();
        if (before != null) {
            meters.remove(before);
        }
        FunctionCounter.builder(name, counter, count).description(help).register(meters);
    }

    /**
     * Shows what {@code value} is at each scrape. Of an application that was started again in this process, as tests do, the
     * newer is asked.
     */
    public static void gauge(MeterRegistry meters, String name, String help, Supplier<Number> value, String... tags) {
        Gauge before = meters.find(name).tags(tags).gauge();
        if (before != null) {
            meters.remove(before);
        }
        Gauge.builder(name, value).description(help).tags(tags).register(meters);
    }

    /** A histogram of times, in seconds; tags are names and values in turn. */
    public static Timer time(MeterRegistry meters, String name, String help, String... tags) {
        return Timer.builder(name)
                .description(help)
                .tags(tags)
                .serviceLevelObjectives(
                        LongStream.of(BOUNDS_MS).mapToObj(Duration::ofMillis).toArray(Duration[]::new))
                .register(meters);
    }

    /** A histogram of times for each variant, which there are few of. */
    public static Function<String, Timer> times(MeterRegistry meters, String name, String help) {
        Map<String, Timer> known = new ConcurrentHashMap<>();
        return variant -> known.computeIfAbsent(variant, any -> time(meters, name, help, "variant", variant));
    }

    /** A histogram of sizes, 1 to 256. */
    public static DistributionSummary sizes(MeterRegistry meters, String name, String help) {
        return DistributionSummary.builder(name)
                .description(help)
                .serviceLevelObjectives(SIZES)
                .register(meters);
    }
}
