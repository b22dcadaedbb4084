package org.styleinv.door.kafka;

import java.util.function.Consumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.styleinv.proto.identity.RecordSeal;

/** Seals what leaves. */
public record SealingSink(RecordSink sink, RecordSeal seal) implements RecordSink {
    @Override
    public void send(ProducerRecord<byte[], byte[]> record, Consumer<Throwable> settled) {
        seal.seal(record);
        sink.send(record, settled);
    }
}
