package org.styleinv.motion.engine;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;

/** The last values of a figure that are not too old. For all threads; times are of the clock of nanoseconds. */
public final class Recent {
    private record Value(double value, long at) {}

    private final int most;
    private final long lifeNanos;
    private final Deque<Value> values = new ArrayDeque<>();

    /** @param most values that are kept, each for so many seconds */
    public Recent(int most, int seconds) {
        this.most = most;
        lifeNanos = TimeUnit.SECONDS.toNanos(seconds);
    }

    public synchronized void add(double value, long now) {
        values.addLast(new Value(value, now));
        if (values.size() > most) {
            values.removeFirst();
        }
    }

    public synchronized void clear() {
        values.clear();
    }

    /**
     * What that share of the values is at most; empty without a value.
     *
     * @param share from 0, the least, to 1, the greatest
     */
    public synchronized OptionalDouble quantile(double share, long now) {
        while (!values.isEmpty() && now - values.getFirst().at() > lifeNanos) {
            values.removeFirst();
        }
        return values.stream()
                .mapToDouble(Value::value)
                .sorted()
                .skip((long) (share * Math.max(0, values.size() - 1)))
                .findFirst();
    }
}
