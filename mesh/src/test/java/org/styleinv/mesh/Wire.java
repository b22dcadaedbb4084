package org.styleinv.mesh;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/** A network between a client and a server, which can fail in the ways that networks do. */
final class Wire implements AutoCloseable {
    private final ServerSocket door;
    private final int server;
    private final List<Socket> ends = new CopyOnWriteArrayList<>();
    private volatile CountDownLatch held = new CountDownLatch(0);
    private volatile boolean cut;

    /** @param server port of the loopback address to which everything goes */
    Wire(int server) throws IOException {
        this.server = server;
        door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        start("accept", this::accept);
    }

    String address() {
        return "localhost:" + door.getLocalPort();
    }

    /** From now on nothing gets through, and nobody is told: the connection is half open on both sides. */
    void cut() {
        cut = true;
    }

    /** Nothing gets through until {@link #release}; what is under way waits. */
    void hold() {
        held = new CountDownLatch(1);
    }

    void release() {
        held.countDown();
    }

    /** Both sides get a reset. */
    void reset() throws IOException {
        for (Socket end : ends) {
            end.setSoLinger(true, 0);
            end.close();
        }
    }

    private void accept() {
        try {
            while (true) {
                Socket client = door.accept();
                Socket behind = new Socket(InetAddress.getLoopbackAddress(), server);
                ends.add(client);
                ends.add(behind);
                start("out", () -> pump(client, behind));
                start("back", () -> pump(behind, client));
            }
        } catch (IOException e) {
            cut = true; // closed
        }
    }

    private void pump(Socket from, Socket to) {
        byte[] bytes = new byte[1 << 14];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int count = in.read(bytes); count >= 0 && !cut; count = in.read(bytes)) {
                held.await();
                out.write(bytes, 0, count);
                out.flush();
            }
            if (!cut) {
                to.shutdownOutput();
            }
        } catch (IOException e) {
            cut = true; // one of them is closed
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void start(String name, Runnable task) {
        Thread thread = new Thread(task, "wire-" + name);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        held.countDown();
        door.close();
        for (Socket end : ends) {
            end.close();
        }
    }
}
