package org.styleinv.door.kafka;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicListing;
import org.apache.kafka.common.Uuid;
import org.jboss.logging.Logger;
import org.styleinv.door.Health;
import org.styleinv.proto.wire.Topics;

/**
 * Looks now and then whether the broker still has the mesh's topics. One that was deleted, or lost with the broker's data,
 * is made again as it was, is said, and whoever reads it is told to begin again: its offsets mean nothing any more.
 */
public final class TopicKeeper implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(TopicKeeper.class);
    private static final long LOOK_MS = 2000;
    private static final Duration ANSWER = Duration.ofSeconds(10);

    private final Supplier<Admin> admins;
    private final Topics.Settings settings;
    private final Supplier<? extends Collection<String>> variants;
    private final Consumer<String> remade;
    private final Map<String, Uuid> known = new HashMap<>(); // of the keeper's thread
    private final Thread thread;
    private volatile boolean closed;
    private volatile Health health = Health.WELL;

    /**
     * @param name of its thread
     * @param variants whose frames have a topic
     * @param remade is told the name of each topic that is not the one that it was
     */
    public TopicKeeper(
            String name,
            Supplier<Admin> admins,
            Topics.Settings settings,
            Supplier<? extends Collection<String>> variants,
            Consumer<String> remade) {
        this.admins = admins;
        this.settings = settings;
        this.variants = variants;
        this.remade = remade;
        thread = new Thread(this::run, name);
        thread.setDaemon(true);
    }

    public void start() {
        thread.start();
    }

    private void run() {
        try (Admin admin = admins.get()) {
            while (!closed) {
                try {
                    look(admin);
                } catch (TimeoutException e) {
                    LOG.debug("the broker does not answer, which its readers say");
                } catch (RuntimeException | ExecutionException e) {
                    LOG.debug("the broker did not list its topics", e);
                }
                TimeUnit.MILLISECONDS.sleep(LOOK_MS);
            }
        } catch (InterruptedException e) {
            LOG.debug("the keeper of topics ends");
        }
    }

    private void look(Admin admin) throws TimeoutException, ExecutionException, InterruptedException {
        Collection<String> now = variants.get();
        Map<String, Uuid> there = ids(admin);
        Set<String> missing = new TreeSet<>();
        Topics.wanted(settings, now).forEach(topic -> missing.add(topic.name()));
        missing.removeAll(there.keySet());
        boolean lost = missing.stream().anyMatch(known::containsKey);
        boolean other = there.entrySet().stream().anyMatch(one -> isAnother(one.getKey(), one.getValue()));
        if (!missing.isEmpty() || other) {
            if (lost) {
                LOG.errorf("the broker has lost topics, they are made again without what they held topics=%s", missing);
            }
            ensure(admin, now, missing);
            there = ids(admin);
        }
        health = Health.WELL;
        there.forEach((name, id) -> {
            if (isAnother(name, id)) {
                LOG.errorf("a topic is not the one that it was, what that held is lost topic=%s", name);
                remade.accept(name);
            }
            known.put(name, id);
        });
    }

    private void ensure(Admin admin, Collection<String> now, Set<String> missing)
            throws TimeoutException, InterruptedException {
        try {
            Topics.ensure(admin, settings, now, ANSWER);
        } catch (IllegalStateException e) {
            if (!missing.isEmpty()) {
                health =
                        Health.trouble(thread.getName(), "the broker has no topics " + missing + ": " + e.getMessage());
            }
            throw e;
        }
    }

    private boolean isAnother(String name, Uuid id) {
        return known.containsKey(name) && !known.get(name).equals(id);
    }

    private static Map<String, Uuid> ids(Admin admin)
            throws TimeoutException, ExecutionException, InterruptedException {
        Map<String, Uuid> ids = new HashMap<>();
        for (TopicListing one : admin.listTopics().listings().get(ANSWER.toMillis(), TimeUnit.MILLISECONDS)) {
            if (one.name().startsWith(Topics.PREFIX)) {
                ids.put(one.name(), one.topicId());
            }
        }
        return ids;
    }

    /** In trouble where the mesh has no place on the broker. */
    public Health health() {
        return health;
    }

    @Override
    public void close() throws InterruptedException {
        closed = true;
        thread.interrupt();
        thread.join(2000);
    }
}
