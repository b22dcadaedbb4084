package org.styleinv.door.kafka;

import java.util.function.Consumer;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Where records leave a service for Kafka. */
@FunctionalInterface
public interface RecordSink {
    /**
     * Hands a record over.
     *
     * @param settled called once: with null when the broker has the record, or with the reason why it does not have it;
     *     an {@link IllegalStateException} says that nothing leaves here any more
     */
    void send(ProducerRecord<byte[], byte[]> record, Consumer<Throwable> settled);
}
