package org.styleinv.mesh;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** A client of HTTP/2 (RFC 9113) that keeps no rule but the frames' form: what well-behaved libraries cannot send. */
final class Http2Wire implements AutoCloseable {
    static final int GOAWAY = 7;
    static final int RST_STREAM = 3;

    private static final int HEADERS = 1;
    private static final int SETTINGS = 4;
    private static final int CONTINUATION = 9;
    private static final int END_HEADERS = 4;
    private static final int ACK = 1;
    private static final int CANCEL = 8;
    private static final int ENHANCE_YOUR_CALM = 11;

    private final SSLSocket socket;
    private final OutputStream out;
    private final Thread reader = new Thread(this::read, "http2-wire");
    private final Map<Integer, Integer> seen = new TreeMap<>(); // frames by type, guarded by itself
    private volatile boolean calmed;
    private volatile boolean over;

    Http2Wire(int port, SSLContext tls) throws IOException {
        socket = (SSLSocket) tls.getSocketFactory().createSocket("localhost", port);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {"h2"});
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        out = socket.getOutputStream();
        out.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        out.write(frame(SETTINGS, 0, 0, new byte[0]));
        out.flush();
        reader.setDaemon(true);
        reader.start();
    }

    private void read() {
        try {
            DataInputStream in = new DataInputStream(socket.getInputStream());
            while (true) {
                int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
                int type = in.readUnsignedByte();
                int flags = in.readUnsignedByte();
                in.readInt();
                byte[] body = in.readNBytes(length);
                if (type == SETTINGS && (flags & ACK) == 0) {
                    send(frame(SETTINGS, ACK, 0, new byte[0]));
                }
                if (type == GOAWAY && ByteBuffer.wrap(body).getInt(4) == ENHANCE_YOUR_CALM) {
                    calmed = true;
                }
                synchronized (seen) {
                    seen.merge(type, 1, Integer::sum);
                    seen.notifyAll();
                }
            }
        } catch (IOException e) {
            synchronized (seen) {
                over = true; // the server has closed it
                seen.notifyAll();
            }
        }
    }

    private synchronized void send(byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
    }

    private static byte[] frame(int type, int flags, int stream, byte[] body) {
        return ByteBuffer.allocate(9 + body.length)
                .put((byte) (body.length >> 16))
                .putShort((short) body.length)
                .put((byte) type)
                .put((byte) flags)
                .putInt(stream)
                .put(body)
                .array();
    }

    /** The head of a call, by HPACK (RFC 7541) without tables of its own. */
    static byte[] call(String path, String authorization) {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        head.write(0x83); // :method POST
        head.write(0x87); // :scheme https
        field(head, ":path", path);
        field(head, ":authority", "localhost");
        field(head, "content-type", "application/grpc");
        field(head, "te", "trailers");
        field(head, "authorization", authorization);
        return head.toByteArray();
    }

    static void field(ByteArrayOutputStream head, String name, String value) {
        head.write(0); // literal, never in a table
        text(head, name);
        text(head, value);
    }

    private static void text(ByteArrayOutputStream head, String text) {
        int length = text.length();
        if (length < 127) {
            head.write(length);
        } else { // RFC 7541, 5.1
            head.write(127);
            length -= 127;
            while (length >= 128) {
                head.write(length % 128 + 128);
                length /= 128;
            }
            head.write(length);
        }
        head.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** Begins a call and takes it back, so many times, as fast as they go out; how many went out before the server closed. */
    int resets(byte[] call, int times) {
        byte[] cancel = {0, 0, 0, CANCEL};
        for (int i = 0; i < times; i++) {
            int stream = 2 * i + 1;
            try {
                send(frame(HEADERS, END_HEADERS, stream, call));
                send(frame(RST_STREAM, 0, stream, cancel));
            } catch (IOException e) {
                return i;
            }
        }
        return times;
    }

    /** Sends a head in pieces of 16,000 bytes; false if the server closed before the last. */
    boolean head(byte[] head) {
        int piece = 16_000;
        try {
            for (int from = 0; from < head.length; from += piece) {
                byte[] part = java.util.Arrays.copyOfRange(head, from, Math.min(head.length, from + piece));
                boolean last = from + piece >= head.length;
                send(frame(from == 0 ? HEADERS : CONTINUATION, last ? END_HEADERS : 0, 1, part));
            }
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Whether the server said that this is too much, and closed; waits for it. */
    boolean calmed(long seconds) throws InterruptedException {
        reader.join(TimeUnit.SECONDS.toMillis(seconds));
        return calmed && over;
    }

    /** Whether the server has closed; waits for it. */
    boolean closed(long seconds) throws InterruptedException {
        reader.join(TimeUnit.SECONDS.toMillis(seconds));
        return over;
    }

    /** Whether the server says something; waits for that, or for its end. */
    boolean hears(long seconds) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        synchronized (seen) {
            while (seen.isEmpty() && !over) {
                long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
                if (left <= 0) {
                    throw new AssertionError("the server neither spoke nor closed");
                }
                seen.wait(left);
            }
            return !seen.isEmpty();
        }
    }

    /** How many frames of a type came. */
    int seen(int type) {
        synchronized (seen) {
            return seen.getOrDefault(type, 0);
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
