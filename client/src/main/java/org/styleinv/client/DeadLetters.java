package org.styleinv.client;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.styleinv.proto.identity.RecordSeal;
import org.styleinv.proto.wire.DeadLetter;
import org.styleinv.proto.wire.Topics;
import org.styleinv.proto.wire.WireHeaders;

/** The records that services refused: reads them, and sends them once more to where they came from. */
public final class DeadLetters {
    private static final Duration ANSWER = Duration.ofSeconds(10);

    private final Map<String, Object> settings = new HashMap<>();

    private DeadLetters(String bootstrapServers, Map<String, String> security) {
        settings.putAll(security);
        settings.put("bootstrap.servers", bootstrapServers);
        settings.put("enable.auto.commit", false);
        settings.put("allow.auto.create.topics", false);
        settings.put("max.block.ms", (int) ANSWER.toMillis());
    }

    /**
     * The letters of a broker; nothing is read yet.
     *
     * @param bootstrapServers {@code host:port} of the broker, or several with commas between them
     * @throws IllegalArgumentException if that is no address
     * @throws BrokerAwayException if nobody answers there
     */
    public static DeadLetters open(String bootstrapServers) {
        return open(bootstrapServers, Map.of());
    }

    /** As the other; {@code security} is what Kafka's clients are given to come in, as {@code security.protocol}. */
    public static DeadLetters open(String bootstrapServers, Map<String, String> security) {
        BrokerAwayException.check(bootstrapServers);
        return new DeadLetters(bootstrapServers, security);
    }

    /** One refused record. {@code origin} is {@code topic-partition@offset}, its name here. */
    public record Letter(
            String origin, String reason, String cause, String stream, ConsumerRecord<byte[], byte[]> record) {

        private static Letter of(ConsumerRecord<byte[], byte[]> record) {
            String stream = text(record, WireHeaders.STREAM);
            return new Letter(
                    text(record, WireHeaders.ORIGIN),
                    text(record, WireHeaders.REASON),
                    text(record, WireHeaders.CAUSE),
                    stream.isEmpty() && record.key() != null
                            ? new String(record.key(), StandardCharsets.UTF_8)
                            : stream,
                    record);
        }

        private static String text(ConsumerRecord<byte[], byte[]> record, String header) {
            return WireHeaders.text(record.headers(), header).orElse("");
        }

        /** How many bytes were refused. */
        public int size() {
            return record.value() == null ? 0 : record.value().length;
        }
    }

    /**
     * All that is kept, oldest first within a topic.
     *
     * @throws BrokerAwayException if the broker does not answer in ten seconds
     */
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
        } catch (org.apache.kafka.common.errors.TimeoutException e) {
            // also of a broker that wants TLS and is asked in plain text
            throw new BrokerAwayException(String.valueOf(settings.get("bootstrap.servers")), e);
        }
        return letters;
    }

    /**
     * Sends letters once more to the topics they came from, see {@link DeadLetter#again}.
     *
     * @throws IllegalStateException if the broker does not take one, or one does not say where it came from
     */
    public void replay(List<Letter> letters) throws InterruptedException {
        replay(letters, RecordSeal.NONE);
    }

    /**
     * The same where records are sealed: a letter without its deadline is not what was sealed. What was forged stays dead.
     *
     * @param seal of the mesh
     * @return how many were sent
     */
    public int replay(List<Letter> letters, RecordSeal seal) throws InterruptedException {
        int sent = 0;
        Map<String, Object> writing = new HashMap<>(settings);
        writing.putAll(Topics.Settings.DEFAULTS.producerLimits());
        try (var producer = new KafkaProducer<>(writing, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (Letter letter : letters) {
                ProducerRecord<byte[], byte[]> again = DeadLetter.again(letter.record());
                if (!believed(letter.record(), again.topic(), seal)) {
                    continue;
                }
                seal.seal(again);
                producer.send(again).get(ANSWER.toSeconds(), TimeUnit.SECONDS);
                sent++;
            }
            return sent;
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException(
                    "the broker " + settings.get("bootstrap.servers") + " did not take a letter: " + e.getMessage()
                            + "; those before it were sent, so list again",
                    e);
        }
    }

    private static boolean believed(ConsumerRecord<byte[], byte[]> letter, String topic, RecordSeal seal) {
        var origin = new ConsumerRecord<>(topic, 0, 0, letter.key(), letter.value());
        letter.headers().forEach(origin.headers()::add);
        return seal.complaint(origin).isEmpty();
    }
}
