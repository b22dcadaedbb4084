package org.styleinv.mesh.client;

import com.google.protobuf.InvalidProtocolBufferException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.styleinv.proto.Latent;
import org.styleinv.proto.wire.RecordHeaders;
import org.styleinv.proto.wire.Topics;

/** The records that services refused: reads them, and sends them once more to where they came from. */
public final class DeadLetters {
    private static final Pattern ORIGIN = Pattern.compile("(.+)-(\\d+)@(\\d+)");
    private static final Set<String> VERDICT = Set.of(RecordHeaders.REASON, RecordHeaders.CAUSE, RecordHeaders.ORIGIN);
    private static final Duration ANSWER = Duration.ofSeconds(10);

    private final Map<String, Object> settings = new HashMap<>();

    /** @param bootstrapServers {@code host:port} of the broker */
    public DeadLetters(String bootstrapServers) {
        settings.put("bootstrap.servers", bootstrapServers);
        settings.put("enable.auto.commit", false);
        settings.put("allow.auto.create.topics", false);
        settings.put("max.block.ms", (int) ANSWER.toMillis());
    }

    /** One refused record. {@code origin} is {@code topic-partition@offset}, its name here. */
    public record Letter(
            String origin, String reason, String cause, String stream, ConsumerRecord<byte[], byte[]> record) {

        private static Letter of(ConsumerRecord<byte[], byte[]> record) {
            String stream = text(record, RecordHeaders.STREAM);
            return new Letter(
                    text(record, RecordHeaders.ORIGIN),
                    text(record, RecordHeaders.REASON),
                    text(record, RecordHeaders.CAUSE),
                    stream.isEmpty() && record.key() != null
                            ? new String(record.key(), StandardCharsets.UTF_8)
                            : stream,
                    record);
        }

        private static String text(ConsumerRecord<byte[], byte[]> record, String header) {
            return RecordHeaders.text(record.headers(), header).orElse("");
        }

        /** How many bytes were refused. */
        public int size() {
            return record.value() == null ? 0 : record.value().length;
        }
    }

    /** All that is kept, oldest first within a topic. */
    public List<Letter> list() {
        Map<String, Object> reading = new HashMap<>(settings);
        reading.putAll(Topics.Settings.DEFAULTS.consumerLimits());
        reading.put("default.api.timeout.ms", (int) ANSWER.toMillis());
        List<Letter> letters = new ArrayList<>();
        try (var consumer = new KafkaConsumer<>(reading, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = new ArrayList<>();
            for (String topic : List.of(Topics.DEAD_LATENTS, Topics.DEAD_FRAMES)) {
                List<PartitionInfo> found = consumer.partitionsFor(topic);
                found.forEach(part -> partitions.add(new TopicPartition(topic, part.partition())));
            }
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(Duration.ofMillis(200)).forEach(record -> letters.add(Letter.of(record)));
            }
        }
        return letters;
    }

    /**
     * Sends letters once more to the topics they came from, without the verdict. A latent's deadline is lifted: it passed
     * long ago, and a decoder would not even look.
     *
     * @throws IllegalStateException if the broker does not take one
     */
    public void replay(List<Letter> letters) throws InterruptedException {
        Map<String, Object> writing = new HashMap<>(settings);
        writing.putAll(Topics.Settings.DEFAULTS.producerLimits());
        try (var producer = new KafkaProducer<>(writing, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (Letter letter : letters) {
                producer.send(again(letter)).get(ANSWER.toSeconds(), TimeUnit.SECONDS);
            }
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException(
                    "the broker " + settings.get("bootstrap.servers") + " did not take a letter: " + e.getMessage()
                            + "; those before it were sent, so list again",
                    e);
        }
    }

    private static ProducerRecord<byte[], byte[]> again(Letter letter) {
        Matcher origin = ORIGIN.matcher(letter.origin());
        if (!origin.matches()) {
            throw new IllegalStateException(
                    "a letter does not say where it came from: its origin is \"" + letter.origin() + "\"");
        }
        ConsumerRecord<byte[], byte[]> refused = letter.record();
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(
                origin.group(1), Integer.valueOf(origin.group(2)), refused.key(), withoutDeadline(letter));
        for (Header header : refused.headers()) {
            if (!VERDICT.contains(header.key())) {
                record.headers().add(header);
            }
        }
        return record;
    }

    private static byte[] withoutDeadline(Letter letter) {
        byte[] value = letter.record().value();
        if (!letter.record().topic().equals(Topics.DEAD_LATENTS) || value == null) {
            return value;
        }
        try {
            return Latent.parseFrom(value).toBuilder().clearDeadlineMs().build().toByteArray();
        } catch (InvalidProtocolBufferException e) {
            return value; // it goes as it came
        }
    }
}
