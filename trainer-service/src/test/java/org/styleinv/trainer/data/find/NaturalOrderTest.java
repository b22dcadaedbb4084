package org.styleinv.trainer.data.find;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Names in the order that a person would give them, whatever order and locale they come in. */
class NaturalOrderTest {
    private static final String LONG = "9".repeat(180);

    static Stream<List<String>> orders() {
        return Stream.of(
                List.of("frame1.png", "frame2.png", "frame10.png", "frame12.png"),
                List.of("1.png", "02.png", "3.png", "0010.png"),
                List.of("frame.png", "frame1.png", "frame1a.png", "framea.png"),
                List.of("IMG_1.JPG", "img_2.jpg", "IMG_10.JPG"),
                List.of("s2_f9.png", "s2_f10.png", "s10_f1.png"),
                List.of("t0.png", "t0.25.png", "t0.5.png", "t1.png", "t10.png"),
                List.of("v1.2.9.png", "v1.2.10.png", "v1.10.1.png"),
                List.of("-2.png", "-1.png", "0.png", "1.png"),
                List.of("t_-10.png", "t_-2.png", "t_3.png"),
                List.of("frame-1.png", "frame-2.png", "frame-10.png"),
                List.of("2024-01-02.png", "2024-01-10.png", "2024-11-01.png"),
                List.of("x8.png", "x" + LONG + "8.png", "x" + LONG + "9.png", "x1" + LONG + "0.png"),
                List.of("\u0661.png", "\u0662.png", "\u0661\u0660.png"), // Arabic digits
                List.of("\uff11.png", "2.png", "\uff11\uff10.png"), // full width among plain ones
                List.of("\u5e271.png", "\u5e272.png", "\u5e2710.png"),
                List.of("e\u0301_2.png", "\u00e9_10.png"), // composed or not
                List.of("(1).png", "(2).png", "(10).png"),
                List.of("a 9.png", "a 10.png"),
                List.of("9/2.png", "10/1.png", "10/a/1.png"),
                List.of("1.jpg", "01.png", "1.png", "2.png"));
    }

    @ParameterizedTest
    @MethodSource("orders")
    void numbersCountAsNumbers(List<String> names) {
        List<Path> expected = names.stream().map(Path::of).toList();
        for (int seed = 0; seed < 5; seed++) {
            List<Path> mixed = new ArrayList<>(expected);
            Collections.shuffle(mixed, new Random(seed));
            assertEquals(expected, NaturalOrder.sorted(mixed, path -> path));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"tr-TR", "lt-LT", "fa-IR", "ar-SA-u-nu-arab", "th-TH-u-nu-thai"})
    void theLocaleHasNoSay(String locale) {
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.forLanguageTag(locale));
            numbersCountAsNumbers(List.of("I1.png", "i2.png", "I10.png"));
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void saysWhatIsDoubledOrMissing() {
        assertTrue(said("1.jpg", "1.png", "2.png").contains("1 frame twice (1.jpg and 1.png)"));
        assertTrue(said("1.png", "01.png", "2.png").contains("01.png and 1.png"));
        assertTrue(said("IMG_1.png", "img_1.png").contains("IMG_1.png and img_1.png"));
        assertTrue(said("t0.5.png", "t0.50.png").contains("twice"));
        assertTrue(said("f1.png", "f2.png", "f4.png")
                .contains("gaps in its numbers, the first between f2.png and f4.png"));
        assertTrue(said("t1.9.png", "t1.10.png").contains("1.10 comes before 1.9"));
        assertEquals("", said("f0.png", "f5.png", "f10.png"), "every fifth frame is no gap");
        assertEquals("", said("a1.png", "b7.png", "c9.png"));
        assertEquals("", said("t0.00.png", "t0.25.png", "t0.50.png"));
        assertEquals("", said("1.png"));
    }

    private static String said(String... names) {
        List<String> sorted = NaturalOrder.sorted(List.of(names), Path::of);
        Numbering numbering = new Numbering(sorted);
        return numbering.doubled().orElseGet(() -> String.join("; ", numbering.notes()));
    }
}
