package org.styleinv.proto.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.errors.NotLeaderOrFollowerException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownServerException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;
import org.styleinv.proto.Latent;

class DeadLetterTest {
    private static final byte[] VALUE = {1, 2, 3};

    private static DeadLetter of(String why) {
        return DeadLetter.of(
                new ConsumerRecord<>(Topics.LATENTS, 2, 7, null, VALUE), Topics.DEAD_LATENTS, "bad-variant", why);
    }

    @Test
    void theRecordComesAlongAsItWas() {
        DeadLetter dead = of("no decoder paints it");
        assertEquals(Topics.DEAD_LATENTS, dead.letter().topic());
        assertArrayEquals(VALUE, dead.letter().value());
        assertEquals(
                List.of("bad-variant", "no decoder paints it", "styleinv.latents-2@7"),
                List.of(WireHeaders.REASON, WireHeaders.CAUSE, WireHeaders.ORIGIN).stream()
                        .map(name ->
                                WireHeaders.text(dead.letter().headers(), name).orElseThrow())
                        .toList());
    }

    @Test
    void whatTheRecordSaysNeitherFloodsALogNorSteersATerminal() {
        DeadLetter dead = of("\"\u001b[2J\n" + "x".repeat(1 << 20) + "\" cannot name a variant");
        assertTrue(dead.cause().length() <= StatusText.MOST, dead.cause());
        assertTrue(dead.cause().chars().noneMatch(Character::isISOControl), dead.cause());
        assertTrue(dead.cause().endsWith("cannot name a variant"));
        assertEquals(
                dead.cause(),
                WireHeaders.text(dead.letter().headers(), WireHeaders.CAUSE).orElseThrow());
    }

    @Test
    void onlyWhatTheBrokerWillNeverTakeIsLost() {
        assertTrue(DeadLetter.isLost(new RecordTooLargeException("9 bytes")));
        assertTrue(DeadLetter.isLost(new InvalidRecordException("compacted topic cannot accept a record without key")));
        for (Exception passing : List.of(
                new TimeoutException(),
                new NotLeaderOrFollowerException(),
                new TopicAuthorizationException("styleinv.latents.dead"),
                new UnknownServerException())) {
            assertFalse(DeadLetter.isLost(passing), passing.toString());
        }
    }

    private static ConsumerRecord<byte[], byte[]> read(DeadLetter dead) {
        ProducerRecord<byte[], byte[]> letter = dead.letter();
        return new ConsumerRecord<>(
                letter.topic(),
                0,
                0,
                0,
                TimestampType.CREATE_TIME,
                0,
                0,
                letter.key(),
                letter.value(),
                letter.headers(),
                Optional.empty());
    }

    /** To its topic and partition, without the verdict; a latent without its deadline, which has passed. */
    @Test
    void whatIsSentAgainGoesWhereItCameFrom() throws Exception {
        Latent latent =
                Latent.newBuilder().setStream("a").setIndex(4).setDeadlineMs(1).build();
        var record = new ConsumerRecord<>(Topics.LATENTS, 2, 7, new byte[] {'a'}, latent.toByteArray());
        WireHeaders.put(record.headers(), WireHeaders.INDEX, 4);
        ProducerRecord<byte[], byte[]> again =
                DeadLetter.again(read(DeadLetter.of(record, Topics.DEAD_LATENTS, "decode-failed", "why")));
        assertEquals(Topics.LATENTS, again.topic());
        assertEquals(2, again.partition());
        assertArrayEquals(record.key(), again.key());
        assertEquals(latent.toBuilder().clearDeadlineMs().build(), Latent.parseFrom(again.value()));
        assertEquals(
                List.of(WireHeaders.INDEX),
                Arrays.stream(again.headers().toArray()).map(Header::key).toList());
        assertArrayEquals(VALUE, DeadLetter.again(read(of("no latent at all"))).value());
    }

    @Test
    void aLetterWithoutItsOriginIsNotSentAgain() {
        var stranger = new ConsumerRecord<>(Topics.DEAD_LATENTS, 0, 0, new byte[0], VALUE);
        IllegalStateException refusal = assertThrows(IllegalStateException.class, () -> DeadLetter.again(stranger));
        assertTrue(refusal.getMessage().contains("where it came from"), refusal.getMessage());
    }

    private static Map<String, String> configs(String name) {
        return Topics.wanted(Topics.Settings.DEFAULTS, List.of(Topics.BASE)).stream()
                .filter(topic -> topic.name().equals(name))
                .map(NewTopic::configs)
                .findFirst()
                .orElseThrow();
    }

    /** The largest record there may be can be refused, too, with what its letter says beside it. */
    @Test
    void deadTopicsHaveRoomForTheLargestRecordAndWhatIsSaidOfIt() {
        int largest = Topics.Settings.DEFAULTS.maxRecordBytes();
        assertEquals(String.valueOf(largest), configs(Topics.LATENTS).get("max.message.bytes"));
        for (String dead : List.of(Topics.DEAD_LATENTS, Topics.DEAD_FRAMES)) {
            int room = Integer.parseInt(configs(dead).get("max.message.bytes"));
            assertTrue(room >= largest + 10 * StatusText.MOST, dead + " " + room);
            assertEquals(room, Topics.Settings.DEFAULTS.producerLimits().get(ProducerConfig.MAX_REQUEST_SIZE_CONFIG));
        }
    }

    /** Whatever a broker does with topics of which it is told nothing: compacted, a stream would keep its last frame alone. */
    @Test
    void onlyBroadcastsAreCompacted() {
        for (NewTopic topic : Topics.wanted(Topics.Settings.DEFAULTS, List.of(Topics.BASE, "sketch"))) {
            assertEquals(
                    topic.name().equals(Topics.BROADCASTS) ? "compact" : "delete",
                    topic.configs().get("cleanup.policy"),
                    topic.name());
        }
    }
}
