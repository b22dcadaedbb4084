package org.styleinv.mesh.fault.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.styleinv.mesh.fault.watch.Checker.Rule;
import org.styleinv.mesh.fault.watch.Checker.Violation;
import org.styleinv.mesh.fault.watch.History.Kept;
import org.styleinv.mesh.fault.watch.History.Reading;
import org.styleinv.mesh.fault.watch.History.Sighting;
import org.styleinv.mesh.fault.watch.History.Video;

/** The checker passes what keeps the promise and finds every bug that is planted, where it is planted. */
class CheckerTest {
    private static final int FRAMES = 40;
    private static final String MODEL = "model-a";
    private static final String OTHER = "model-b";

    private static String pixels(String model, long index) {
        return "sha256 of " + model + " " + index;
    }

    private static Map<Long, String> video(String model, long first) {
        Map<Long, String> hashes = new TreeMap<>();
        for (long index = first; index < first + FRAMES; index++) {
            hashes.put(index, pixels(model, index));
        }
        return hashes;
    }

    /** What one viewer saw, to be spoilt. */
    private static final class Story {
        private final List<Sighting> seen = new ArrayList<>();
        private final List<Kept> topic = new ArrayList<>();
        private long count = FRAMES;
        private long first = 0;
        private int step = 1;
        private String trouble = "";

        /** Taken up again in the middle under another stream id, with records that came twice. */
        Story() {
            for (int i = 0; i < FRAMES; i++) {
                String stream = i < FRAMES / 2 ? "p0-before" : "p1-after";
                seen.add(new Sighting(stream, i, "base", MODEL, pixels(MODEL, i), i * 1000L));
                keep(stream, i, MODEL);
                if (i % 7 == 0) {
                    keep(stream, i, MODEL);
                }
            }
            Collections.shuffle(topic, new Random(3)); // partitions promise no order
        }

        private void keep(String stream, long index, String model) {
            topic.add(new Kept("t-0@" + topic.size(), stream, index, "base", model, pixels(model, index)));
        }

        private History history() {
            Map<Video, Map<Long, String>> truth = new HashMap<>();
            truth.put(new Video("face", "base", MODEL), video(MODEL, 0));
            truth.put(new Video("face", "base", OTHER), video(OTHER, 0));
            return new History(truth, List.of(new Reading("anna", "face", first, step, count, seen, trouble)), topic);
        }

        private Set<Rule> broken() {
            Set<Rule> rules = new TreeSet<>();
            Checker.check(history()).stream().map(Violation::rule).forEach(rules::add);
            return rules;
        }
    }

    private static void plant(Consumer<Story> bug, Rule... expected) {
        var story = new Story();
        bug.accept(story);
        assertEquals(new TreeSet<>(List.of(expected)), story.broken());
    }

    private static Sighting with(Sighting frame, String model, String sha256) {
        return new Sighting(frame.stream(), frame.index(), frame.variant(), model, sha256, frame.nanos());
    }

    @Test
    void passesAStreamThatWasTakenUpAgain() {
        plant(story -> {});
    }

    @Test
    void passesAStreamThatRunsBackwards() {
        plant(story -> {
            Collections.reverse(story.seen);
            story.first = FRAMES - 1;
            story.step = -1;
        });
    }

    @Test
    void passesAChangeOfModelBetweenFrames() {
        plant(story -> {
            Sighting last = story.seen.remove(FRAMES - 1);
            story.seen.add(with(last, OTHER, pixels(OTHER, last.index())));
            story.topic.removeIf(kept -> kept.index() == last.index());
            story.keep(last.stream(), last.index(), OTHER);
        });
    }

    @Test
    void findsALostFrame() {
        plant(story -> story.seen.remove(17), Rule.GAP);
    }

    @Test
    void findsALostFrameAtEveryPlace() {
        IntStream.range(0, FRAMES).forEach(place -> {
            var story = new Story();
            story.seen.remove(place);
            assertEquals(Set.of(place == FRAMES - 1 ? Rule.END : Rule.GAP), story.broken(), "frame " + place);
        });
    }

    @Test
    void findsLostFramesWhereAStreamWasTakenUpAgain() {
        plant(story -> story.seen.subList(FRAMES / 2, FRAMES / 2 + 3).clear(), Rule.GAP);
    }

    @Test
    void findsARepeat() {
        plant(story -> story.seen.add(20, story.seen.get(19)), Rule.REPEAT);
    }

    @Test
    void findsAStreamThatWasTakenUpTooEarly() {
        plant(story -> story.seen.addAll(20, story.seen.subList(15, 20)), Rule.REPEAT);
    }

    @Test
    void findsTwoFramesThatChangedPlaces() {
        plant(story -> Collections.swap(story.seen, 8, 9), Rule.GAP, Rule.ORDER);
    }

    @Test
    void findsAlteredPixels() {
        plant(story -> story.seen.set(5, with(story.seen.get(5), MODEL, "other pixels")), Rule.PIXELS);
    }

    @Test
    void findsAFrameUnderAnothersName() {
        plant(story -> story.seen.set(5, with(story.seen.get(5), MODEL, pixels(MODEL, 6))), Rule.PIXELS);
    }

    @Test
    void findsPixelsOfOneModelUnderTheLabelOfAnother() {
        plant(story -> story.seen.set(5, with(story.seen.get(5), OTHER, pixels(MODEL, 5))), Rule.PIXELS, Rule.ORIGIN);
    }

    @Test
    void findsAnUnknownModel() {
        plant(
                story -> story.seen.set(5, with(story.seen.get(5), "model-c", pixels(MODEL, 5))),
                Rule.MODEL,
                Rule.ORIGIN);
    }

    @Test
    void findsAFrameThatTwoModelsPainted() {
        plant(story -> story.keep("p0-before", 3, OTHER), Rule.MODEL);
    }

    @Test
    void findsAlteredPixelsThatOnlyTheTopicHas() {
        plant(story -> story.topic.add(new Kept("t-0@99", "p0-before", 3, "base", MODEL, "other")), Rule.PIXELS);
    }

    @Test
    void findsAFrameFromNowhere() {
        plant(story -> story.topic.removeIf(kept -> kept.index() == 30), Rule.ORIGIN);
    }

    @Test
    void findsAStreamThatEndedEarly() {
        plant(story -> story.seen.subList(30, FRAMES).clear(), Rule.END);
    }

    @Test
    void findsAStreamThatNeverBegan() {
        plant(
                story -> {
                    story.seen.clear();
                    story.count = 0;
                },
                Rule.END);
    }

    @Test
    void findsAStreamThatBroke() {
        plant(story -> story.trouble = "UNAVAILABLE", Rule.END);
    }

    @Test
    void namesTheViewerAndTheFrame() {
        var story = new Story();
        story.seen.remove(17);
        assertEquals(
                List.of(new Violation(Rule.GAP, "anna", "frame 18 came when 17 was due")),
                Checker.check(story.history()));
    }

    @Test
    void findsAFrameUnderALabelThatTheTopicDoesNotHave() {
        plant(story -> story.seen.set(5, with(story.seen.get(5), OTHER, pixels(OTHER, 5))), Rule.ORIGIN);
    }

    /** One model and then the other, and frames that are in the topic under both. */
    private static Story swapped() {
        var story = new Story();
        for (int i = FRAMES / 2; i < FRAMES; i++) {
            story.seen.set(i, with(story.seen.get(i), OTHER, pixels(OTHER, i)));
            story.keep("p1-after", i, OTHER);
        }
        return story;
    }

    private static Set<Rule> brokenSwap(Story story) {
        Set<Rule> rules = new TreeSet<>();
        Checker.check(story.history(), Set.of(MODEL, OTHER)).stream()
                .map(Violation::rule)
                .forEach(rules::add);
        return rules;
    }

    @Test
    void copiesOfAFrameMayDifferInTheirModelWhileItIsSwapped() {
        assertEquals(Set.of(), brokenSwap(swapped()));
        assertEquals(Set.of(Rule.MODEL), swapped().broken(), "and at no other time");
    }

    @Test
    void whileModelsAreSwappedEachCopyHasThePixelsOfItsOwn() {
        var story = swapped();
        story.topic.add(new Kept("t-0@99", "p1-after", 30, "base", OTHER, pixels(MODEL, 30)));
        assertEquals(Set.of(Rule.PIXELS), brokenSwap(story), "in the topic");
        story = swapped();
        story.seen.set(30, with(story.seen.get(30), OTHER, pixels(MODEL, 30)));
        assertEquals(Set.of(Rule.PIXELS), brokenSwap(story), "at a viewer");
    }

    @Test
    void whileModelsAreSwappedAThirdOneMayNotPaint() {
        var story = swapped();
        story.keep("p1-after", 30, "model-c");
        assertEquals(Set.of(Rule.MODEL), brokenSwap(story));
    }

    @Test
    void whileModelsAreSwappedNoFrameMayBeLostOrComeTwice() {
        var lost = swapped();
        lost.seen.remove(FRAMES / 2);
        assertEquals(Set.of(Rule.GAP), brokenSwap(lost));
        var twice = swapped();
        twice.seen.add(FRAMES / 2, with(twice.seen.get(FRAMES / 2), MODEL, pixels(MODEL, FRAMES / 2)));
        assertEquals(Set.of(Rule.REPEAT), brokenSwap(twice));
    }

    @Test
    void aSwapThatNoViewerSawIsNoProof() {
        assertEquals(
                List.of(new Violation(
                        Rule.MODEL, "anna", "saw no frame of model model-b, though it was put in the other's place")),
                Checker.check(new Story().history(), Set.of(MODEL, OTHER)));
    }

    private static final int AFTER = 15; // frames that must come after the blow

    /** What somebody saw of a broadcast, a frame every 40 ms; one was left out and one came twice. */
    private static List<Sighting> live() {
        List<Sighting> seen = new ArrayList<>();
        for (int i = 0; i < FRAMES; i++) {
            if (i != 11) {
                seen.add(new Sighting("p0-live", i, "base", MODEL, pixels(MODEL, i), i * 40_000_000L));
            }
        }
        seen.add(21, seen.get(20));
        return seen;
    }

    private static List<Rule> brokenLive(List<Sighting> seen) {
        Map<Video, Map<Long, String>> truth = Map.of(new Video("face", "base", MODEL), video(MODEL, 0));
        return Checker.broadcast("anna", "face", seen, truth, 400_000_000L, AFTER, Duration.ofSeconds(2)).stream()
                .map(Violation::rule)
                .toList();
    }

    @Test
    void aBroadcastMayNotEndOnceItsOwnerWasStruck() {
        List<Sighting> seen = live();
        assertEquals(List.of(Rule.END), brokenLive(seen.subList(0, 8)), "nothing came after the blow");
        assertEquals(List.of(Rule.END), brokenLive(seen.subList(0, 20)), "it went on, and ended");
        assertEquals(List.of(Rule.END), brokenLive(List.of()));
    }

    private static Sighting later(Sighting frame, long nanos) {
        return new Sighting(
                frame.stream(), frame.index(), frame.variant(), frame.model(), frame.sha256(), frame.nanos() + nanos);
    }

    @Test
    void aBroadcastMayLeaveOutFramesAndRepeatThem() {
        assertEquals(List.of(), brokenLive(live()));
    }

    @Test
    void aBroadcastMayNotShowOtherPixels() {
        List<Sighting> seen = live();
        seen.set(
                30,
                new Sighting(
                        "p0-live",
                        30,
                        "base",
                        MODEL,
                        pixels(MODEL, 31),
                        seen.get(30).nanos()));
        assertEquals(List.of(Rule.PIXELS), brokenLive(seen));
        seen.set(
                30,
                new Sighting(
                        "p0-live",
                        30,
                        "base",
                        OTHER,
                        pixels(OTHER, 30),
                        seen.get(30).nanos()));
        assertEquals(List.of(Rule.MODEL), brokenLive(seen));
    }

    @Test
    void aBroadcastMayNotPauseForLongOnceItsOwnerWasStruck() {
        List<Sighting> seen = live();
        seen.replaceAll(frame -> frame.index() < 30 ? frame : later(frame, 2_500_000_000L));
        assertEquals(List.of(Rule.GAP), brokenLive(seen));
        List<Sighting> before = live();
        before.replaceAll(frame -> frame.index() < 5 ? later(frame, -2_500_000_000L) : frame);
        assertEquals(List.of(), brokenLive(before), "what was before does not count");
        assertEquals(List.of(Rule.END), brokenLive(List.of()));
    }
}
