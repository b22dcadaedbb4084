package org.styleinv.motion.kafka;

import java.util.function.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.styleinv.door.kafka.RecordSink;

/** A producer of Kafka's, where no application brings channels. */
public record ProducerSink(Producer<byte[], byte[]> producer) implements RecordSink, AutoCloseable {
    @Override
    public void send(ProducerRecord<byte[], byte[]> record, Consumer<Throwable> settled) {
        try {
            producer.send(record, (metadata, failure) -> settled.accept(failure));
        } catch (RuntimeException e) {
            settled.accept(e);
        }
    }

    @Override
    public void close() {
        producer.close();
    }
}
