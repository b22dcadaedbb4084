package org.styleinv.trainer.evaluate.film;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.styleinv.trainer.data.rendered.FaceMotion;
import org.styleinv.trainer.evaluate.metric.Statistic;

/** Each defect that is planted is seen by its figure, many standard errors away from where healthy clips are. */
@Tag("thorough")
class FilmFiguresTest {
    private static final int CLIPS = 10;
    private static final int FRAMES = 56;
    private static final int SIZE = 48;

    private static final Map<Drawn.Defect, List<Film>> BAD = new HashMap<>();
    private static final Map<List<Object>, List<Map<String, Double>>> SEEN = new HashMap<>();

    private static List<Film> healthy;
    private static List<Map<String, Double>> good;
    private static Eyes eyes;

    @BeforeAll
    static void draw() {
        healthy = new ArrayList<>();
        for (int clip = 0; clip < CLIPS; clip++) {
            healthy.add(Drawn.film(100 + clip, 200 + clip, FRAMES, SIZE));
        }
        eyes = Eyes.find(healthy);
        good = figures(healthy, film -> FilmFigures.of(film, eyes));
    }

    @ParameterizedTest
    @CsvSource({
        "FROZEN,change,-5",
        "FROZEN,way,-5",
        "FROZEN,tilt,-5",
        "FROZEN,shift,-5",
        "FROZEN,gaze,-5",
        "FROZEN,eyes_closed,-3",
        "FROZEN,loop,5",
        "FROZEN,bounce,5",
        "LOOPED,loop,5",
        "BOUNCED,bounce,5",
        "FLICKERING,bend,5",
        "FLICKERING,change,5",
        "SWAPPED,leap,5",
        "LEAPING,leap,5",
        "OPEN_EYED,eyes_closed,-3",
        "STARING,gaze,-3",
        "UPRIGHT,tilt,-5",
        "SLOW,change,-5"
    })
    void aPlantedDefectIsSeen(Drawn.Defect defect, String name, double errors) {
        Statistic good = statistic(name, FilmFiguresTest.good);
        Statistic seen = statistic(name, seen(defect, Kind.of(name)));
        double away = (seen.value() - good.value()) / Math.hypot(good.error(), seen.error());
        assertTrue(
                errors > 0 ? away > errors : away < errors,
                name + " of healthy clips " + good + ", of " + defect + " ones " + seen + ": " + away
                        + " standard errors");
    }

    @Test
    void otherHealthyClipsPass() {
        List<Film> others = new ArrayList<>();
        for (int clip = 0; clip < CLIPS; clip++) {
            others.add(Drawn.film(500 + clip, 600 + clip, FRAMES, SIZE));
        }
        List<Map<String, Double>> figures = figures(others, film -> FilmFigures.of(film, eyes));
        for (String name : FilmFigures.NAMES) {
            Statistic good = statistic(name, FilmFiguresTest.good);
            Statistic seen = statistic(name, figures);
            double away = (seen.value() - good.value()) / Math.hypot(good.error(), seen.error());
            assertTrue(Math.abs(away) < 3, name + ": " + good + " and " + seen + " are " + away + " standard errors");
        }
    }

    @Test
    void eyesAreFoundWhereTheyAreDrawn() {
        // 9.6 of 64 from the middle
        assertEquals(0.5 - 9.6 / 64, eyes.left() / (double) eyes.side(), 0.05, eyes.toString());
        assertEquals(0.5 + 9.6 / 64, eyes.right() / (double) eyes.side(), 0.05, eyes.toString());
    }

    /** The truth is known: what was drawn. */
    @Test
    void tiltShiftAndBlinksAreThoseThatWereDrawn() {
        double[][] tilt = new double[2][CLIPS * FRAMES];
        double[] closed = new double[2];
        for (int clip = 0; clip < CLIPS; clip++) {
            HeadTrack track = HeadTrack.of(healthy.get(clip));
            FaceMotion motion = Drawn.life(200 + clip, FRAMES);
            for (int n = 0; n < FRAMES; n++) {
                tilt[0][clip * FRAMES + n] = track.tilt(n);
                tilt[1][clip * FRAMES + n] =
                        Math.toDegrees(motion.at(n).roll() - motion.at(0).roll());
                closed[1] += motion.at(n).blink() > 0.6 ? 1 : 0;
            }
            closed[0] += eyes.of(track).closed() * FRAMES;
        }
        assertTrue(correlation(tilt[0], tilt[1]) > 0.9, "tilt correlates by " + correlation(tilt[0], tilt[1]));
        assertEquals(closed[1], closed[0], 0.35 * closed[1] + 2, "frames with closed eyes");
    }

    @Test
    void aClipOfOneFrameIsRefused() {
        var refusal = assertThrows(IllegalArgumentException.class, () -> new Film(4, new float[1][48]));
        assertTrue(refusal.getMessage().contains("at least 2 frames"), refusal.getMessage());
    }

    @Test
    void aClipOfTwoFramesHasTheFiguresItCanHave() {
        Map<String, Double> figures = FilmFigures.of(Drawn.film(1, 1, 2, SIZE), eyes);
        assertTrue(figures.get(FilmFigures.CHANGE) > 0);
        assertTrue(figures.get(FilmFigures.LOOP).isNaN());
    }

    private static List<Film> planted(Drawn.Defect defect) {
        List<Film> bad = new ArrayList<>();
        for (int clip = 0; clip < CLIPS; clip++) {
            bad.add(Drawn.planted(defect, 300 + clip, 400 + clip, FRAMES, SIZE));
        }
        return bad;
    }

    /** Figures that are computed together. */
    private enum Kind {
        CHANGES,
        RETURNS,
        HELD;

        static Kind of(String name) {
            return switch (name) {
                case FilmFigures.CHANGE, FilmFigures.LEAP, FilmFigures.WAY, FilmFigures.BEND -> CHANGES;
                case FilmFigures.LOOP, FilmFigures.BOUNCE -> RETURNS;
                default -> HELD;
            };
        }

        Map<String, Double> figures(Film film) {
            return switch (this) {
                case CHANGES -> FilmFigures.changes(film);
                case RETURNS -> FilmFigures.returns(film);
                case HELD -> FilmFigures.held(film, eyes);
            };
        }
    }

    private static List<Map<String, Double>> seen(Drawn.Defect defect, Kind kind) {
        return SEEN.computeIfAbsent(
                List.of(defect, kind),
                key -> figures(BAD.computeIfAbsent(defect, FilmFiguresTest::planted), kind::figures));
    }

    private static List<Map<String, Double>> figures(List<Film> films, Function<Film, Map<String, Double>> figures) {
        return films.stream().map(figures).toList();
    }

    private static Statistic statistic(String name, List<Map<String, Double>> figures) {
        return Statistic.of(
                name, "a test", figures.stream().map(of -> of.get(name)).toList(), 0);
    }

    private static double correlation(double[] a, double[] b) {
        double ma = 0;
        double mb = 0;
        for (int i = 0; i < a.length; i++) {
            ma += a[i] / a.length;
            mb += b[i] / a.length;
        }
        double ab = 0;
        double aa = 0;
        double bb = 0;
        for (int i = 0; i < a.length; i++) {
            ab += (a[i] - ma) * (b[i] - mb);
            aa += (a[i] - ma) * (a[i] - ma);
            bb += (b[i] - mb) * (b[i] - mb);
        }
        return ab / Math.sqrt(aa * bb);
    }
}
