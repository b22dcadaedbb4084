package org.styleinv.motion.broadcast;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.styleinv.client.KafkaFrames;
import org.styleinv.proto.Broadcast;
import org.styleinv.proto.Frame;
import org.styleinv.proto.wire.Topics;

/** A viewer of all broadcasts, straight from Kafka, that writes down what it sees and when. */
final class BroadcastWatch implements AutoCloseable {
    /** A frame that came; the picture is what the fake decoders paint. */
    record Sight(long index, String picture, long presentationUs, long nanos) {}

    private static final int FPS = 20; // of all broadcasts here

    private final KafkaFrames frames;
    private final Map<String, List<Sight>> seen = new HashMap<>();

    BroadcastWatch(String kafka) {
        frames = KafkaFrames.open(kafka, Topics.BASE, false);
    }

    private void read() {
        for (Frame frame : frames.poll(Duration.ofMillis(50))) {
            sights(frame.getStream())
                    .add(new Sight(
                            frame.getIndex(),
                            frame.getImage().getData().toStringUtf8(),
                            frame.getPresentationUs(),
                            System.nanoTime()));
        }
    }

    List<Sight> sights(String stream) {
        return seen.computeIfAbsent(stream, id -> new ArrayList<>());
    }

    /** Pictures by index, repeats dropped. */
    TreeMap<Long, String> seen(String stream) {
        TreeMap<Long, String> pictures = new TreeMap<>();
        sights(stream).forEach(sight -> pictures.put(sight.index(), sight.picture()));
        return pictures;
    }

    int count(String stream) {
        return seen(stream).size();
    }

    long lastIndex(String stream) {
        return seen(stream).lastKey();
    }

    /** Reads on until so many different frames of a stream were seen. */
    void await(String stream, int count) {
        long end = System.nanoTime() + 30_000_000_000L;
        while (count(stream) < count) {
            if (System.nanoTime() > end) {
                throw new AssertionError("only " + count(stream) + " of " + count + " frames came in 30 s");
            }
            read();
        }
    }

    /** Reads on until the channel is less than that behind its clock. */
    void awaitClock(Broadcast live, long behindMs) {
        long end = System.nanoTime() + 30_000_000_000L;
        while (true) {
            long due = (long) ((System.currentTimeMillis() - behindMs - live.getStartMs()) / 1e3 * FPS);
            if (lastIndex(live.getStream()) > due) {
                return;
            }
            if (System.nanoTime() > end) {
                throw new AssertionError("for 30 s it was behind the clock, at last by "
                        + (due - lastIndex(live.getStream())) + " frames more than " + behindMs + " ms");
            }
            read();
        }
    }

    /** The longest time between two frames that came after a moment, in seconds. */
    double longestGap(String stream, long moment) {
        List<Long> times = sights(stream).stream()
                .map(Sight::nanos)
                .filter(nanos -> nanos > moment)
                .toList();
        long longest = 0;
        for (int i = 1; i < times.size(); i++) {
            longest = Math.max(longest, times.get(i) - times.get(i - 1));
        }
        return longest / 1e9;
    }

    @Override
    public void close() {
        frames.close();
    }
}
