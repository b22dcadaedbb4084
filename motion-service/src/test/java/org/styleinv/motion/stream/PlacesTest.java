package org.styleinv.motion.stream;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** Which places may be opened. */
class PlacesTest {
    private static Places<String> opened(long total, int window, int opened) {
        Places<String> places = new Places<>(total, window);
        for (int i = 0; i < opened; i++) {
            places.open();
        }
        return places;
    }

    private static void accept(Places<String> places) {
        places.next().answer = "it";
        places.accept();
    }

    @Test
    void thereIsRoomForAsManyAsTheWindowLeaves() {
        Places<String> places = opened(1000, 8, 8);
        assertFalse(places.room(1));
        accept(places);
        assertTrue(places.room(1));
        assertFalse(places.room(4));
        for (int i = 0; i < 3; i++) {
            accept(places);
        }
        assertTrue(places.room(4));
        assertFalse(places.room(5));
    }

    @Test
    void whatIsLeftOfAShortStreamIsEnough() {
        assertTrue(opened(10, 32, 8).room(4));
        assertFalse(opened(10, 32, 10).room(4));
    }

    @Test
    void aWindowSmallerThanAChunkIsFilledByWhatItTakes() {
        Places<String> places = opened(100, 2, 2);
        accept(places);
        assertFalse(places.room(4));
        accept(places);
        assertTrue(places.room(4));
    }
}
