package org.styleinv.door.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How far a reader is behind. */
@Timeout(60)
class PollLoopLagTest {
    private static final TopicPartition PARTITION = new TopicPartition("latents", 0);

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

    private double shown() {
        return meters.get("styleinv.consumer.lag")
                .tag("reader", "reader")
                .gauge()
                .value();
    }

    private void await(double lag) throws InterruptedException {
        BooleanSupplier there = () -> shown() == lag;
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!there.getAsBoolean()) {
            assertTrue(System.nanoTime() < end, () -> "shown: " + shown() + ", not " + lag);
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }

    @Test
    void isShownWhileItReadsAndWhileItRests() throws Exception {
        MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
        consumer.updateBeginningOffsets(Map.of(PARTITION, 0L));
        consumer.updateEndOffsets(Map.of(PARTITION, 7L));
        PollLoop loop = new PollLoop("reader", () -> consumer, () -> {}, PollLoopLagTest::unused);
        loop.meter(meters);
        assertEquals(0, shown(), "it has nothing yet");
        PollLoop reading = new PollLoop("reader", () -> consumer, () -> {}, mock -> {
            mock.assign(List.of(PARTITION));
            while (!Thread.currentThread().isInterrupted() && !closed) {
                current.poll(mock, Duration.ofMillis(20), record -> {});
            }
        });
        current = reading;
        reading.meter(meters);
        reading.start();
        try {
            await(7); // nothing comes: the broker is asked where the partition ends
            consumer.schedulePollTask(() -> {
                for (int offset = 0; offset < 3; offset++) {
                    consumer.addRecord(new ConsumerRecord<>("latents", 0, offset, new byte[1], new byte[1]));
                }
            });
            await(4);
        } finally {
            closed = true;
            reading.close();
        }
        assertEquals(0, shown(), "it has nothing any more");
    }

    private volatile boolean closed;
    private volatile PollLoop current;

    private static void unused(org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> consumer) {
        throw new AssertionError("it was not started");
    }
}
