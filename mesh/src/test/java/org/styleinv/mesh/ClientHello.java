package org.styleinv.mesh;

import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;

/** The first message of TLS (RFC 5246, 7.4.1.2) of a client that can no newer version, by hand: Java's own refuses to send it. */
final class ClientHello {
    static final int HANDSHAKE = 22;
    static final int ALERT = 21;

    private static final int PATIENCE_MS = 15_000;
    private static final byte[] CIPHERS = {
        (byte) 0xc0,
        0x2b,
        (byte) 0xc0,
        0x2f, // ECDHE with AES 128 GCM, of TLS 1.2
        (byte) 0xc0,
        0x09,
        (byte) 0xc0,
        0x13,
        0,
        0x2f // AES 128 CBC, of 1.0 on
    };
    private static final byte[] EXTENSIONS = {
        0,
        10,
        0,
        6,
        0,
        4,
        0,
        0x17,
        0,
        0x1d, // curves: P-256, X25519
        0,
        11,
        0,
        2,
        1,
        0, // points as they are
        0,
        13,
        0,
        10,
        0,
        8,
        4,
        3,
        8,
        4,
        4,
        1,
        2,
        3, // signatures: ECDSA and RSA with SHA-256, ECDSA with SHA-1
        0,
        16,
        0,
        5,
        0,
        3,
        2,
        'h',
        '2' // ALPN
    };

    private ClientHello() {}

    /**
     * Says hello at a port of this machine.
     *
     * @param minor of the newest version that is offered: 1 = TLS 1.0, 2 = 1.1, 3 = 1.2
     * @return type of the first record of the answer, -1 if the door was closed without one
     */
    static int answer(int port, int minor) throws IOException {
        try (Socket socket = new Socket("localhost", port)) {
            socket.setSoTimeout(PATIENCE_MS);
            socket.getOutputStream().write(bytes(minor));
            return socket.getInputStream().read();
        }
    }

    private static byte[] bytes(int minor) {
        int body = 2 + 32 + 1 + 2 + CIPHERS.length + 2 + 2 + EXTENSIONS.length;
        ByteBuffer hello = ByteBuffer.allocate(5 + 4 + body);
        hello.put((byte) HANDSHAKE).put((byte) 3).put((byte) 1).putShort((short) (4 + body));
        hello.putInt(1 << 24 | body); // a client's hello
        hello.put((byte) 3).put((byte) minor);
        hello.put(new byte[32]); // no secret is made of it here
        hello.put((byte) 0); // no session
        hello.putShort((short) CIPHERS.length).put(CIPHERS);
        hello.put((byte) 1).put((byte) 0); // no compression
        hello.putShort((short) EXTENSIONS.length).put(EXTENSIONS);
        return hello.array();
    }
}
