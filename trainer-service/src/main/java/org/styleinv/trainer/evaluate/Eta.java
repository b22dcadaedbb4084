package org.styleinv.trainer.evaluate;

import java.util.Locale;
import java.util.function.Consumer;

/** Says how far long work is, and how long it will take, every few seconds. */
public final class Eta {
    private static final long EVERY_NS = 5_000_000_000L;

    private final String things;
    private final Consumer<String> out;
    private long start;
    private long said;
    private long first;

    /** @param out gets a line now and then */
    public Eta(String things, Consumer<String> out) {
        this.things = things;
        this.out = out;
    }

    /** {@code done} of {@code total} were there before. */
    void begin(long done, long total) {
        start = System.nanoTime();
        said = start;
        first = done;
        if (done > 0) {
            out.accept(
                    String.format(Locale.ROOT, "%d of %d %s were taken before", Math.min(done, total), total, things));
        }
    }

    void at(long done, long total) {
        long now = System.nanoTime();
        if (now - said >= EVERY_NS && done < total) {
            said = now;
            double left = (now - start) / 1e9 / Math.max(1, done - first) * (total - done);
            out.accept(String.format(
                    Locale.ROOT,
                    "%d of %d %s, about %s left",
                    done,
                    total,
                    things,
                    left < 90 ? Math.round(left) + " s" : Math.round(left / 60) + " min"));
        }
    }
}
