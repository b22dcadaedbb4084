package org.styleinv.broker;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.NotControllerException;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.metadata.storage.Formatter;

/**
 * A Kafka broker of one node inside this JVM, which keeps its data in a folder that the next start goes on with.
 *
 * <p>It speaks the protocol of any Kafka broker, so plain clients and tools read from it. It listens on the loopback
 * address unless told otherwise.
 */
public final class EmbeddedBroker implements AutoCloseable {
    private static final String CONTROLLER = "CONTROLLER";
    private static final String CLIENTS = "CLIENTS";
    private static final int NODE = 1;
    private static final Logger CONTROLLER_DOOR = Logger.getLogger("kafka.server.ControllerApis");
    private static final int SEGMENT_BYTES = 32 * 1024 * 1024;

    private final KafkaRaftServer server;
    private final FileChannel claim;
    private final String bootstrapServers;
    private boolean closed;

    private EmbeddedBroker(KafkaRaftServer server, FileChannel claim, String bootstrapServers) {
        this.server = server;
        this.claim = claim;
        this.bootstrapServers = bootstrapServers;
    }

    /**
     * What the broker takes and keeps where a topic does not say otherwise.
     *
     * @param partitions of a topic
     * @param maxRecordBytes largest record
     * @param retention how long records are kept
     * @param security  Kafka's settings of a door that speaks TLS; none for plain text
     */
    public record Settings(int partitions, int maxRecordBytes, Duration retention, Map<String, String> security) {
        public Settings {
            security = Map.copyOf(security);
        }

        /** In plain text. */
        public Settings(int partitions, int maxRecordBytes, Duration retention) {
            this(partitions, maxRecordBytes, retention, Map.of());
        }

        /** The same with a door that speaks TLS. */
        public Settings with(Map<String, String> door) {
            return new Settings(partitions, maxRecordBytes, retention, door);
        }
    }

    /**
     * Starts a broker and returns once it takes requests.
     *
     * @param directory where its data is kept; created if missing
     * @param host      name or address that it listens on, one of this machine's
     * @param advertised name or address that it tells its clients: where they find it again
     * @param port      its port, or 0 for a free one
     * @throws IllegalArgumentException if there is no such port
     * @throws BrokerException if it cannot start: the port is taken, or another broker uses the folder
     */
    public static EmbeddedBroker start(Path directory, Settings settings, String host, String advertised, int port) {
        int clientPort = port == 0 ? Ports.free() : demand(port);
        FileChannel claim = claim(directory);
        CONTROLLER_DOOR.setFilter(EmbeddedBroker::isNews);
        try {
            int controllerPort = Ports.free();
            format(directory);
            var server = new KafkaRaftServer(
                    new KafkaConfig(
                            properties(directory, settings, host, advertised, clientPort, controllerPort), false),
                    Time.SYSTEM);
            server.startup();
            awaitConnection(host, clientPort);
            return new EmbeddedBroker(server, claim, Utils.formatAddress(advertised, clientPort));
        } catch (RuntimeException e) {
            closeQuietly(claim);
            if (e instanceof BrokerException known) {
                throw known;
            }
            throw new BrokerException(
                    "the broker in " + directory + " did not start: " + e.getMessage()
                            + "; if its data is damaged, delete the folder, or name another",
                    BrokerException.Choice.DIRECTORY,
                    e);
        }
    }

    /** As above, telling clients the host that it listens on. */
    public static EmbeddedBroker start(Path directory, Settings settings, String host, int port) {
        return start(directory, settings, host, host, port);
    }

    /** In a start a node may ask a controller that has not taken its office yet. It asks again; the log has an error of it. */
    private static boolean isNews(LogRecord told) {
        Throwable cause = told.getThrown();
        while (cause != null && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return !(cause instanceof NotControllerException);
    }

    private static int demand(int port) {
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException("the Kafka port must be from 1 to 65535, got " + port);
        }
        if (!Ports.isFree(port)) {
            throw new BrokerException(
                    "the Kafka port " + port + " is taken: stop what listens on it, or choose another",
                    BrokerException.Choice.PORT,
                    null);
        }
        return port;
    }

    /** {@code host:port}, as Kafka clients want it in {@code bootstrap.servers}. */
    public String bootstrapServers() {
        return bootstrapServers;
    }

    /** Stops the broker and waits until all is on disk. Further calls do nothing. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        server.shutdown();
        server.awaitShutdown();
        closeQuietly(claim);
    }

    /** Two brokers on one folder would destroy each other's data; Kafka's own lock comes only seconds into a start. */
    private static FileChannel claim(Path directory) {
        try {
            Files.createDirectories(directory);
            FileChannel channel =
                    FileChannel.open(directory.resolve(".claim"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock lock;
            try {
                lock = channel.tryLock();
            } catch (OverlappingFileLockException e) {
                lock = null;
            }
            if (lock == null) {
                channel.close();
                throw new BrokerException(
                        "another broker uses the folder " + directory + ": stop it, or name another folder",
                        BrokerException.Choice.DIRECTORY,
                        null);
            }
            return channel;
        } catch (IOException e) {
            throw new BrokerException(
                    "the broker's folder " + directory + " cannot be used (" + reason(e)
                            + "): name one that can be written",
                    BrokerException.Choice.DIRECTORY,
                    e);
        }
    }

    /** Java's exceptions on files may say no more than a path. */
    private static String reason(IOException failure) {
        if (failure instanceof FileAlreadyExistsException) {
            return "a file stands in its place";
        }
        return failure instanceof AccessDeniedException ? "access is denied" : String.valueOf(failure.getMessage());
    }

    private static void format(Path directory) {
        Path log = directory.resolve("kafka");
        if (Files.exists(log.resolve("meta.properties"))) {
            return;
        }
        var formatter = new Formatter();
        formatter.setPrintStream(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
        formatter.setClusterId(Uuid.randomUuid().toString());
        formatter.setNodeId(NODE);
        formatter.setControllerListenerName(CONTROLLER);
        formatter.setMetadataLogDirectory(log.toString());
        formatter.addDirectory(log.toString());
        try {
            formatter.run();
        } catch (Exception e) {
            throw new BrokerException("the broker's folder " + directory + " cannot be prepared: " + e.getMessage(), e);
        }
    }

    private static Properties properties(
            Path directory, Settings wanted, String host, String advertised, int port, int controllerPort) {
        var settings = new Properties();
        settings.put("process.roles", "broker,controller");
        settings.put("node.id", Integer.toString(NODE));
        settings.put(
                "listeners",
                CLIENTS + "://" + Utils.formatAddress(host, port) + "," + CONTROLLER + "://localhost:"
                        + controllerPort);
        settings.put("advertised.listeners", CLIENTS + "://" + Utils.formatAddress(advertised, port));
        settings.put(
                "listener.security.protocol.map",
                CLIENTS + (wanted.security().isEmpty() ? ":PLAINTEXT," : ":SSL,") + CONTROLLER + ":PLAINTEXT");
        settings.put("inter.broker.listener.name", CLIENTS);
        settings.putAll(wanted.security());
        settings.put("controller.listener.names", CONTROLLER);
        settings.put("controller.quorum.voters", NODE + "@localhost:" + controllerPort);
        settings.put("log.dirs", directory.resolve("kafka").toString());
        // One node: every internal topic has one replica, and there is nobody to wait for.
        settings.put("offsets.topic.replication.factor", "1");
        settings.put("offsets.topic.num.partitions", "1");
        settings.put("transaction.state.log.replication.factor", "1");
        settings.put("transaction.state.log.min.isr", "1");
        settings.put("transaction.state.log.num.partitions", "1");
        settings.put("share.coordinator.state.topic.replication.factor", "1");
        settings.put("share.coordinator.state.topic.min.isr", "1");
        settings.put("share.coordinator.state.topic.num.partitions", "1");
        settings.put("group.initial.rebalance.delay.ms", "0");
        settings.put("group.min.session.timeout.ms", "1000");
        settings.put("auto.create.topics.enable", "false"); // a topic that a client makes has other settings than ours
        settings.put("num.partitions", Integer.toString(wanted.partitions()));
        settings.put("message.max.bytes", Integer.toString(wanted.maxRecordBytes()));
        settings.put("replica.fetch.max.bytes", Integer.toString(wanted.maxRecordBytes()));
        // Frames are worth minutes: the disk in use stays bounded whatever is streamed.
        settings.put("log.retention.ms", Long.toString(wanted.retention().toMillis()));
        settings.put("log.retention.bytes", Long.toString(4L * SEGMENT_BYTES));
        settings.put("log.segment.bytes", Integer.toString(SEGMENT_BYTES));
        settings.put("log.retention.check.interval.ms", "10000");
        settings.put("log.segment.delete.delay.ms", "1000");
        settings.put("log.cleaner.dedupe.buffer.size", "2097152"); // Kafka's least for one cleaner thread is 1 MiB
        settings.put("log.cleaner.threads", "1");
        settings.put("metadata.log.segment.bytes", "8388608");
        settings.put("metadata.log.max.snapshot.interval.ms", "600000");
        // After kill -9 a start waits until the dead broker's session has run out: 9 s by default.
        settings.put("broker.session.timeout.ms", "5000");
        settings.put("broker.heartbeat.interval.ms", "500");
        settings.put("num.network.threads", "2");
        settings.put("num.io.threads", "4");
        settings.put("background.threads", "2");
        settings.put("num.recovery.threads.per.data.dir", "1");
        return settings;
    }

    private static void awaitConnection(String host, int port) {
        long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (true) {
            try (var socket = new Socket()) {
                InetAddress listening = InetAddress.getByName(host);
                InetAddress reachable = listening.isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : listening;
                socket.connect(new InetSocketAddress(reachable, port), 1000);
                return;
            } catch (IOException e) {
                if (System.nanoTime() > end) {
                    throw new BrokerException("the broker does not answer on " + host + ":" + port + " after 60 s", e);
                }
                pause();
            }
        }
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(50);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BrokerException("interrupted while the broker was starting", e);
        }
    }

    private static void closeQuietly(FileChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            // the lock goes with the process at the latest
        }
    }
}
