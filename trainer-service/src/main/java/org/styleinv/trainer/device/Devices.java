package org.styleinv.trainer.device;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.styleinv.network.ComputeDevice;
import org.styleinv.network.Pass;
import org.styleinv.network.Script;
import org.styleinv.network.stylegan.Noise;

/**
 * The devices of this machine that share a stage's batches, a thread each; with one device all happens in the caller's
 * thread. Item i of a batch goes to device {@code i mod count}: so the groups of the minibatch standard deviation, which
 * are {@code i mod groups}, stay whole. ADR 0005.
 */
public final class Devices implements AutoCloseable {
    private final List<NDManager> roots;
    private final @Nullable ExecutorService threads; // null where there is one device

    private Devices(List<NDManager> roots) {
        this.roots = List.copyOf(roots);
        int count = roots.size();
        // Replicas on a CPU share its cores: more threads than cores are many times slower.
        boolean cpu = roots.stream().allMatch(root -> root.getDevice().equals(Device.cpu()));
        int cores = Math.max(1, JniUtils.getNumThreads() / count);
        threads = count == 1
                ? null
                : Executors.newFixedThreadPool(count, work -> {
                    Thread thread = new Thread(
                            () -> {
                                if (cpu) {
                                    JniUtils.setNumThreads(cores);
                                }
                                work.run();
                            },
                            "device");
                    thread.setDaemon(true);
                    return thread;
                });
    }

    /** The engine's own choice. */
    public static Devices one() {
        return new Devices(List.of(ComputeDevice.manager()));
    }

    /** One device whose manager is another's to close. */
    public static Devices of(NDManager root) {
        return new Devices(List.of(root));
    }

    /** These; naming one twice gives it two replicas. */
    public static Devices of(List<Device> devices) {
        return new Devices(devices.stream()
                .map(device -> NDManager.newBaseManager(device, "PyTorch"))
                .toList());
    }

    /** @throws IllegalArgumentException where this machine has not so many GPUs */
    public static Devices gpus(int count) {
        if (count == 1) {
            return one();
        }
        int there = Engine.getEngine("PyTorch").getGpuCount();
        if (count < 1 || count > there) {
            throw new IllegalArgumentException(
                    "gpus must be 1, or as many as there are GPUs here (" + there + "), got " + count);
        }
        return of(IntStream.range(0, count).mapToObj(Device::gpu).toList());
    }

    public int count() {
        return roots.size();
    }

    /** What lives as long as the stage, on device {@code i}. The first device learns, averages and saves. */
    public NDManager root(int i) {
        return roots.get(i);
    }

    /** @throws IllegalArgumentException where a batch does not fall into whole groups on every device */
    public void check(int batch, int group) {
        int whole = Math.min(group, batch) * count();
        if (count() > 1 && batch % whole != 0) {
            throw new IllegalArgumentException("a batch on " + count() + " devices must be a multiple of " + whole
                    + ", so that each has whole groups of " + Math.min(group, batch)
                    + " for the minibatch standard deviation, got " + batch);
        }
    }

    /** Does the work of every device at once; results in the order of devices, whichever was done first. */
    public <R> List<R> each(IntFunction<R> work) {
        if (threads == null) {
            return List.of(work.apply(0));
        }
        List<Callable<R>> calls = new ArrayList<>();
        for (int i = 0; i < count(); i++) {
            int device = i;
            calls.add(() -> work.apply(device));
        }
        try {
            List<R> results = new ArrayList<>();
            for (Future<R> done : threads.invokeAll(calls)) { // all have ended, so their scopes may be closed
                results.add(done.get());
            }
            return results;
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while devices work", e);
        }
    }

    /** Device {@code i}'s part of {@code whole [n, ...]}, in the pass's scope. */
    public NDArray part(Pass pass, NDArray whole, int i) {
        if (count() == 1) {
            return whole;
        }
        NDArray part = Script.of(
                        "x: Tensor -> Tensor",
                        String.format(
                                Locale.ROOT,
                                "return torch.contiguous(torch.slice(x, 0, %d, 9223372036854775807, %d), memory_format=0)",
                                i,
                                count()))
                .call(pass.silent(), whole)
                .toDevice(roots.get(i).getDevice(), false);
        part.attach(pass.scope());
        return part;
    }

    public <T> List<T> part(List<T> whole, int i) {
        return IntStream.iterate(i, k -> k < whole.size(), k -> k + count())
                .mapToObj(whole::get)
                .toList();
    }

    /** Device {@code i}'s noise of a batch: where every sample has its own, no two devices have the same. */
    public Noise part(Noise noise, int i) {
        return i == 0 || !noise.each() ? noise : Noise.randomEach(noise.seed() + i * 0xD1B54A32D192ED03L);
    }

    /** A scope on every device, to be closed together. */
    public Scopes scopes() {
        return new Scopes(roots.stream().map(NDManager::newSubManager).toList());
    }

    /** @param each in the order of devices */
    public record Scopes(List<NDManager> each) implements AutoCloseable {
        public NDManager first() {
            return each.get(0);
        }

        public NDManager get(int i) {
            return each.get(i);
        }

        @Override
        public void close() {
            each.forEach(NDManager::close);
        }
    }

    @Override
    public void close() {
        if (threads != null) {
            threads.shutdown();
        }
        roots.forEach(NDManager::close);
    }
}
