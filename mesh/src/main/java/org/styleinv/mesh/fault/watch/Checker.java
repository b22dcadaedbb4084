package org.styleinv.mesh.fault.watch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.styleinv.mesh.fault.watch.History.Kept;
import org.styleinv.mesh.fault.watch.History.Reading;
import org.styleinv.mesh.fault.watch.History.Sighting;
import org.styleinv.mesh.fault.watch.History.Video;

/**
 * Holds a history against the promise, in the manner of Jepsen: every viewer saw every frame once and in order; every
 * frame, seen or kept, has the pixels of an undisturbed run under the model it is labelled with; and nothing was seen
 * that Kafka did not keep. A pure function: it knows no clock, no mesh and no network.
 */
public final class Checker {
    /** What can be broken. */
    public enum Rule {
        /** A frame between two others never came. */
        GAP,
        /** A frame came twice to a viewer. */
        REPEAT,
        /** A frame came after a later one. */
        ORDER,
        /** The pixels are not those of an undisturbed run. */
        PIXELS,
        /**
         * A frame is labelled with a model that paints nothing here, or copies of it with different ones; or a model that was
         * to be served was not seen.
         */
        MODEL,
        /** A stream ended before its last frame. */
        END,
        /** A viewer saw a frame that is not in the topic. */
        ORIGIN,
        /** A viewer saw nothing while others could have painted for it. */
        STALL,
        /** A good record went to the dead letters. */
        REFUSED,
        /** Records are not of the version that is to be written. */
        VERSION,
        /** Records are not sealed by the key that is to seal them. */
        SEAL,
        /** A process was unwell and did not say so, or did not say why. */
        HEALTH
    }

    /** One broken rule: who saw it, and a sentence. */
    public record Violation(Rule rule, String where, String sentence) {
        @Override
        public String toString() {
            return rule + " " + where + ": " + sentence;
        }
    }

    private record Frame(String stream, String variant, long index) {}

    private final History history;
    private final Set<String> swapped; // labels of models that took each other's place meanwhile
    private final List<Violation> violations = new ArrayList<>();

    private Checker(History history, Set<String> swapped) {
        this.history = history;
        this.swapped = swapped;
    }

    /** Everything that is wrong with a history; empty if it keeps the promise. */
    public static List<Violation> check(History history) {
        return check(history, Set.of());
    }

    /**
     * As the other, while models took each other's place. A latent that is sent again may then find the next model, so copies
     * of a frame may differ in their label, each with the pixels that this model makes of it. Every viewer must have seen
     * frames of all those models: where nobody did, nothing was tried.
     *
     * @param swapped labels of those models
     */
    public static List<Violation> check(History history, Set<String> swapped) {
        var checker = new Checker(history, swapped);
        history.readings().forEach(checker::viewer);
        history.readings().forEach(checker::models);
        checker.topic();
        return List.copyOf(checker.violations);
    }

    /**
     * Everything that is wrong with what somebody saw of a broadcast, which leaves out frames that are late and may show
     * one twice: pixels of another run, labels, a wait for the next frame that is too long, and an end.
     *
     * @param video name under which {@code truth} has it
     * @param since when waits begin to count, on the viewer's clock
     * @param after how many different frames had to come from then on
     */
    public static List<Violation> broadcast(
            String viewer,
            String video,
            List<Sighting> frames,
            Map<Video, Map<Long, String>> truth,
            long since,
            int after,
            Duration longestGap) {
        var checker = new Checker(new History(truth, List.of(), List.of()), Set.of());
        for (Sighting frame : frames) {
            checker.pixels(viewer, new Video(video, frame.variant(), frame.model()), frame.index(), frame.sha256());
        }
        double pause = longestPause(frames, since);
        if (pause > longestGap.toMillis() / 1e3) {
            checker.violations.add(new Violation(
                    Rule.GAP, viewer, "no frame came for " + pause + " s, at most " + longestGap.toMillis() / 1e3));
        }
        long came = frames.stream()
                .filter(frame -> frame.nanos() > since)
                .map(Sighting::index)
                .distinct()
                .count();
        if (came < after) {
            checker.violations.add(
                    new Violation(Rule.END, viewer, "saw " + came + " of " + after + " frames after the blow"));
        }
        return List.copyOf(checker.violations);
    }

    /** The longest wait for a frame that came after a moment, in seconds. */
    public static double longestPause(List<Sighting> frames, long since) {
        long longest = 0;
        for (int i = 1; i < frames.size(); i++) {
            if (frames.get(i).nanos() > since) {
                longest = Math.max(
                        longest, frames.get(i).nanos() - frames.get(i - 1).nanos());
            }
        }
        return longest / 1e9;
    }

    private void viewer(Reading reading) {
        Set<Long> seen = new HashSet<>();
        long next = reading.first();
        for (Sighting frame : reading.frames()) {
            long ahead = reading.step() * (frame.index() - next);
            if (!seen.add(frame.index())) {
                broken(Rule.REPEAT, reading, "frame " + frame.index() + " came again");
            } else if (ahead < 0) {
                broken(Rule.ORDER, reading, "frame " + frame.index() + " came when " + next + " was due");
            } else {
                if (ahead > 0) {
                    broken(Rule.GAP, reading, "frame " + frame.index() + " came when " + next + " was due");
                }
                next = frame.index() + reading.step();
            }
            pixels(
                    reading.viewer(),
                    new Video(reading.video(), frame.variant(), frame.model()),
                    frame.index(),
                    frame.sha256());
        }
        if (!reading.trouble().isEmpty()) {
            broken(Rule.END, reading, "ended at frame " + next + ": " + reading.trouble());
        } else if (reading.frames().isEmpty()) {
            broken(Rule.END, reading, "saw nothing");
        } else if (next != reading.first() + reading.step() * reading.count()) {
            broken(
                    Rule.END,
                    reading,
                    "ended before frame " + next + ", but " + reading.count() + " from " + reading.first()
                            + " were asked for");
        }
    }

    private void models(Reading reading) {
        Set<String> unseen = new TreeSet<>(swapped);
        reading.frames().forEach(frame -> unseen.remove(frame.model()));
        unseen.forEach(model -> broken(
                Rule.MODEL, reading, "saw no frame of model " + model + ", though it was put in the other's place"));
    }

    private void broken(Rule rule, Reading reading, String sentence) {
        violations.add(new Violation(rule, reading.viewer(), sentence));
    }

    private void pixels(String where, Video video, long index, String sha256) {
        Map<Long, String> truth = history.truth().get(video);
        if (truth == null) {
            violations.add(new Violation(
                    Rule.MODEL,
                    where,
                    "frame " + index + " of variant \"" + video.variant() + "\" is labelled with model " + video.model()
                            + ", which paints no video \"" + video.name() + "\" here"));
        } else if (!sha256.equals(truth.get(index))) {
            violations.add(new Violation(
                    Rule.PIXELS,
                    where,
                    "frame " + index + " has pixels " + sha256 + ", an undisturbed run has " + truth.get(index)));
        }
    }

    private void topic() {
        Map<String, String> videos = new HashMap<>(); // of each stream
        Map<Frame, Set<String>> labels = new HashMap<>();
        for (Reading reading : history.readings()) {
            reading.frames().forEach(frame -> videos.put(frame.stream(), reading.video()));
        }
        for (Kept kept : history.topic()) {
            Set<String> own = labels.computeIfAbsent(
                    new Frame(kept.stream(), kept.variant(), kept.index()), frame -> new TreeSet<>());
            if (own.add(kept.model()) && own.size() > 1 && !swapped.containsAll(own)) {
                violations.add(new Violation(
                        Rule.MODEL,
                        kept.origin(),
                        "frame " + kept.index() + " of stream " + kept.stream() + " is labelled with " + kept.model()
                                + ", of its copies there are " + own));
            }
            String video = videos.get(kept.stream());
            if (video != null) { // of a stream that no viewer saw a frame of, nobody knows what it was to show
                pixels(kept.origin(), new Video(video, kept.variant(), kept.model()), kept.index(), kept.sha256());
            }
        }
        for (Reading reading : history.readings()) {
            for (Sighting frame : reading.frames()) {
                var key = new Frame(frame.stream(), frame.variant(), frame.index());
                if (!labels.getOrDefault(key, Set.of()).contains(frame.model())) {
                    broken(
                            Rule.ORIGIN,
                            reading,
                            "frame " + frame.index() + " of stream " + frame.stream() + " under model " + frame.model()
                                    + " is not in the topic");
                }
            }
        }
    }
}
