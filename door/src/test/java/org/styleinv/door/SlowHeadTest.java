package org.styleinv.door;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** On a clock of the test's own. */
class SlowHeadTest {
    private static final String GET = "GET /q/health HTTP/1.1\r\nHost: x\r\n\r\n";

    private final EmbeddedChannel line = new EmbeddedChannel();

    SlowHeadTest() {
        line.freezeTime();
        line.pipeline().addFirst(new SlowHead(10_000));
    }

    private void send(String text) {
        line.writeInbound(Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1));
    }

    private void pass(long seconds) {
        line.advanceTimeBy(seconds, TimeUnit.SECONDS);
        line.runScheduledPendingTasks();
    }

    private void drip(String text) {
        for (char one : text.toCharArray()) {
            if (line.isOpen()) {
                send(String.valueOf(one));
                pass(1);
            }
        }
    }

    @Test
    void whoSaysNothingIsCut() {
        pass(9);
        assertTrue(line.isOpen());
        pass(1);
        assertFalse(line.isOpen());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                GET,
                "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
                "POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\n",
                "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003aaaaaaaaaaaaaaaa",
                "\r\r\r\r\r\r\r\r\r\r\r\r\r\r",
                "aaaaaaaaaaaaaaaaaaaaaaaaa"
            })
    void whoSendsAByteASecondIsCut(String text) {
        drip(text);
        assertFalse(line.isOpen());
    }

    @Test
    void theSecondHeadHasTheSameLimit() {
        send(GET);
        pass(3600);
        assertTrue(line.isOpen(), "between two requests other limits hold");
        send(GET + "GET ");
        drip("/q/health/ready HTTP/1.1");
        assertFalse(line.isOpen());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PRI * HTTP/2.0\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: x\r\ncontent-LENGTH: 50\r\n\r\n",
                "POST / HTTP/1.1\ntransfer-encoding: chunked\n\n",
                "GET / HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
            })
    void behindAHeadOthersLook(String head) {
        send(head.substring(0, 10));
        pass(8);
        send(head.substring(10));
        assertNull(line.pipeline().get(SlowHead.class));
        drip("a body that takes its time");
        assertTrue(line.isOpen());
    }

    @Test
    void everyByteIsHandedOn() {
        send(GET + GET);
        send("GET / HT");
        int bytes = 0;
        for (io.netty.buffer.ByteBuf part = line.readInbound(); part != null; part = line.readInbound()) {
            bytes += part.readableBytes();
            part.release();
        }
        assertEquals(2 * GET.length() + 8, bytes);
    }
}
