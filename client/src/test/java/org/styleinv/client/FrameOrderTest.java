package org.styleinv.client;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.styleinv.proto.Frame;

class FrameOrderTest {
    private final FrameOrder order = new FrameOrder(Duration.ofNanos(10));

    private void add(long nanos, long... indexes) {
        for (long index : indexes) {
            order.add(
                    Frame.newBuilder().setIndex(index).setPresentationUs(index).build(), nanos);
        }
    }

    private List<Long> take(long nanos) {
        return order.take(nanos).stream().map(Frame::getIndex).toList();
    }

    @Test
    void aFrameWaitsForTheOneBeforeIt() {
        add(0, 5, 6, 9);
        assertEquals(List.of(5L, 6L), take(0));
        add(1, 8);
        assertEquals(List.of(), take(1));
        add(2, 7);
        assertEquals(List.of(7L, 8L, 9L), take(2));
    }

    @Test
    void butNotForLong() {
        add(0, 5, 7);
        assertEquals(List.of(5L), take(9));
        assertEquals(List.of(7L), take(10));
    }

    @Test
    void indexesMayFall() {
        for (long place = 0; place < 4; place++) {
            order.add(
                    Frame.newBuilder()
                            .setIndex(9 - place)
                            .setPresentationUs(place)
                            .build(),
                    0);
        }
        assertEquals(List.of(9L, 8L, 7L, 6L), take(0));
    }
}
