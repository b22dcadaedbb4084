package org.styleinv.decoder.kafka;

import java.util.TreeSet;

/** Which records of one partition are still in work: a record's offset is committed once all before it are finished. */
final class Offsets {
    private final TreeSet<Long> open = new TreeSet<>();
    private long next = -1;

    synchronized void begin(long offset) {
        open.add(offset);
        next = offset + 1;
    }

    synchronized void finish(long offset) {
        open.remove(offset);
    }

    /** Where a successor would have to go on, or -1 before the first record. */
    synchronized long committable() {
        return open.isEmpty() ? next : open.first();
    }
}
