package org.styleinv.decoder.work;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;

/**
 * What waits for the engine: calls first, then latents, one of each stream in turn, so that a new viewer does not wait
 * behind another's window. A latent asked for twice waits once.
 */
public final class WorkQueue {
    /** The next thing to do: a call, or a batch of one kind. */
    sealed interface Job permits Call, Batch {}

    record Call(Runnable body) implements Job {}

    record Batch(List<Work> works) implements Job {}

    private final Deque<Runnable> calls = new ArrayDeque<>();
    private final Map<String, LinkedHashMap<Work.Key, Work>> streams = new HashMap<>();
    private final Deque<String> turn = new ArrayDeque<>();
    private int size;

    /** Puts a call in front of all latents. */
    synchronized void call(Runnable body) {
        calls.add(body);
        notifyAll();
    }

    /** Adds a latent; true if it joined one that was waiting. */
    public synchronized boolean offer(Work work) {
        LinkedHashMap<Work.Key, Work> stream = streams.get(work.key.stream());
        if (stream == null) {
            stream = new LinkedHashMap<>();
            streams.put(work.key.stream(), stream);
            turn.add(work.key.stream());
        }
        Work waiting = stream.get(work.key);
        if (waiting != null) {
            waiting.join(work);
            return true;
        }
        stream.put(work.key, work);
        size++;
        notifyAll();
        return false;
    }

    /** Forgets a stream and returns what waited. */
    public synchronized List<Work> cancel(String stream) {
        LinkedHashMap<Work.Key, Work> gone = streams.remove(stream);
        if (gone == null) {
            return List.of();
        }
        turn.remove(stream);
        size -= gone.size();
        return List.copyOf(gone.values());
    }

    /** Drops what another decoder will do: work that came from a partition that was taken away. */
    public synchronized int drop(Predicate<Work> theirs) {
        int before = size;
        for (Iterator<Map.Entry<String, LinkedHashMap<Work.Key, Work>>> i =
                        streams.entrySet().iterator();
                i.hasNext(); ) {
            Map.Entry<String, LinkedHashMap<Work.Key, Work>> stream = i.next();
            int had = stream.getValue().size();
            stream.getValue().values().removeIf(theirs);
            size -= had - stream.getValue().size();
            if (stream.getValue().isEmpty()) {
                turn.remove(stream.getKey());
                i.remove();
            }
        }
        return before - size;
    }

    /** Latents waiting. */
    public synchronized int size() {
        return size;
    }

    /** Calls waiting. */
    synchronized int calls() {
        return calls.size();
    }

    /** Waits for something to do; a batch that is not full waits a little for company. */
    synchronized Job next(int maxBatch, Duration maxWait) throws InterruptedException {
        while (calls.isEmpty() && size == 0) {
            wait();
        }
        long end = System.nanoTime() + maxWait.toNanos();
        while (calls.isEmpty() && size > 0 && size < maxBatch) {
            long left = end - System.nanoTime();
            if (left <= 0) {
                break;
            }
            wait(left / 1_000_000, (int) (left % 1_000_000));
        }
        Runnable call = calls.poll();
        return call != null ? new Call(call) : new Batch(take(maxBatch));
    }

    private List<Work> take(int maxBatch) {
        List<Work> batch = new ArrayList<>();
        Work.Kind kind = null;
        String passedOver = null;
        int misses = 0;
        while (batch.size() < maxBatch && misses < turn.size()) {
            String name = turn.poll();
            LinkedHashMap<Work.Key, Work> stream = Objects.requireNonNull(streams.get(name));
            Work head = stream.values().iterator().next();
            if (kind == null || kind.equals(head.key.kind())) {
                kind = head.key.kind();
                stream.remove(head.key);
                size--;
                batch.add(head);
                misses = 0;
            } else {
                passedOver = passedOver == null ? name : passedOver;
                misses++;
            }
            if (stream.isEmpty()) {
                streams.remove(name);
            } else {
                turn.add(name);
            }
        }
        if (passedOver != null) { // the next batch is of its kind
            turn.remove(passedOver);
            turn.addFirst(passedOver);
        }
        return batch;
    }
}
