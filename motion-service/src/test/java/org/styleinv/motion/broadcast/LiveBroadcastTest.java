package org.styleinv.motion.broadcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.styleinv.motion.request.CheckedRequest;
import org.styleinv.proto.Broadcast;
import org.styleinv.proto.GenerateRequest;
import org.styleinv.proto.wire.StatusText;
import org.styleinv.proto.wire.Topics;

/** Records of broadcasts, which anybody may write. */
class LiveBroadcastTest {
    private static final int PARTITIONS = 4;

    private static ConsumerRecord<byte[], byte[]> record(String key, byte[] value) {
        return new ConsumerRecord<>(Topics.BROADCASTS, 0, 7, key.getBytes(StandardCharsets.UTF_8), value);
    }

    private static Broadcast.Builder news() {
        return Broadcast.newBuilder()
                .setId("news")
                .setStream("p3-0123456789abcdef")
                .setRequest(GenerateRequest.newBuilder().setSeed(1))
                .setStartMs(1);
    }

    private static LiveBroadcast read(Broadcast.Builder broadcast) {
        return LiveBroadcast.of(record("news", broadcast.build().toByteArray()), PARTITIONS, CheckedRequest::of);
    }

    @Test
    void aGoodOneIsRead() {
        assertEquals(3, read(news()).stream().partition());
    }

    /** No decoder could answer there: each frame of it, for ever, would be a dead letter. */
    @ParameterizedTest
    @ValueSource(strings = {"p4-0123456789abcdef", "p999999-0123456789abcdef"})
    void aStreamOnAPartitionThatFramesDoNotHaveIsRefused(String stream) {
        String told = assertThrows(IllegalArgumentException.class, () -> read(news().setStream(stream)))
                .getMessage();
        assertTrue(told.contains(stream + " is not on one of 4 partitions"), told);
    }

    @Test
    void whatARefusedRecordSaysIsToldInShort() {
        String odd = "\u001b[2J\n" + "x".repeat(900_000);
        for (ConsumerRecord<byte[], byte[]> bad : List.of(
                record(odd, new byte[] {-1}),
                record("news", news().setStream(odd).build().toByteArray()),
                record("news", news().setId(odd).build().toByteArray()),
                record(
                        "news",
                        news().setRequest(
                                        GenerateRequest.newBuilder().setSeed(1).setVariant(odd))
                                .build()
                                .toByteArray()))) {
            var refused = assertThrows(
                    IllegalArgumentException.class, () -> LiveBroadcast.of(bad, PARTITIONS, CheckedRequest::of));
            String line = BroadcastTable.refusal(bad, refused.getMessage());
            assertTrue(line.length() < 3 * StatusText.MOST, line.length() + " characters");
            assertTrue(line.chars().noneMatch(Character::isISOControl), line);
        }
    }
}
