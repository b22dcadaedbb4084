package org.styleinv.door.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.eclipse.microprofile.reactive.messaging.Emitter;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.junit.jupiter.api.Test;
import org.styleinv.door.Health;

class ChannelSinkTest {
    /** A channel whose broker answers when the test says. */
    private static final class Held implements Emitter<ProducerRecord<byte[], byte[]>> {
        final List<Message<?>> waiting = new ArrayList<>();
        boolean ended;

        @Override
        public <M extends Message<? extends ProducerRecord<byte[], byte[]>>> void send(M message) {
            if (ended) {
                throw new IllegalStateException("the channel is cancelled");
            }
            waiting.add(message);
        }

        @Override
        public CompletionStage<Void> send(ProducerRecord<byte[], byte[]> record) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void complete() {
            ended = true;
        }

        @Override
        public void error(Exception e) {
            ended = true;
        }

        @Override
        public boolean isCancelled() {
            return ended;
        }

        @Override
        public boolean hasRequests() {
            return !ended;
        }
    }

    private final Held channel = new Held();
    private final ChannelSink sink = new ChannelSink("frames", channel, Duration.ZERO);
    private final List<Throwable> settled = new ArrayList<>();

    private void send(int bytes) {
        sink.send(new ProducerRecord<>("topic", new byte[bytes]), settled::add);
    }

    @Test
    void aRecordIsSettledWhenTheBrokerHasItOrRefusedIt() {
        send(10);
        send(10);
        assertEquals(List.of(), settled);
        channel.waiting.get(0).ack();
        assertNull(settled.get(0));
        var failure = new IllegalArgumentException("too large");
        channel.waiting.get(1).nack(failure);
        assertSame(failure, settled.get(1));
    }

    @Test
    void whatWaitsIsBoundedInBytesAndRoomComesBack() {
        for (int i = 0; i < 31; i++) {
            send((1 << 20) - 1);
        }
        assertEquals(31, channel.waiting.size());
        send(2 << 20);
        assertEquals(31, channel.waiting.size());
        assertInstanceOf(TimeoutException.class, settled.get(0));
        channel.waiting.get(0).ack();
        send((2 << 20) - 1);
        assertEquals(32, channel.waiting.size());
        send((64 << 20) - 1); // larger than all room: the broker shall say so, once all is empty
        channel.waiting.stream().skip(1).forEach(Message::ack);
        send((64 << 20) - 1);
        assertEquals(33, channel.waiting.size());
    }

    @Test
    void aChannelThatHasEndedTakesNothing() {
        channel.complete();
        send(10);
        assertInstanceOf(IllegalStateException.class, settled.get(0));
        assertEquals(Health.WELL, sink.health(Duration.ZERO));
    }

    @Test
    void recordsThatTheBrokerDoesNotAnswerAreAComplaint() throws Exception {
        assertEquals(Health.WELL, sink.health(Duration.ZERO));
        send(10);
        send(10);
        while (sink.health(Duration.ofMillis(5)).isWell()) {
            Thread.sleep(1);
        }
        assertTrue(sink.health(Duration.ZERO)
                .because()
                .orElseThrow()
                .startsWith("frames has waited for Kafka with 2 records"));
        assertEquals(Health.WELL, sink.health(Duration.ofMinutes(1)));
        channel.waiting.forEach(Message::ack);
        assertEquals(Health.WELL, sink.health(Duration.ZERO));
    }
}
