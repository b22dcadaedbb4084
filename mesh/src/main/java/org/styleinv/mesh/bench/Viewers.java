package org.styleinv.mesh.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;
import org.styleinv.client.Access;
import org.styleinv.client.StreamClient;
import org.styleinv.proto.Encoding;
import org.styleinv.proto.Frame;
import org.styleinv.proto.GenerateRequest;
import org.styleinv.proto.wire.Topics;

/** As many viewers of a mesh, each with a connection and a face of its own, that read as fast as they can; shared out evenly among its replicas. */
public final class Viewers implements AutoCloseable {
    private final List<StreamClient> clients;
    private final List<String> variants;
    private final ExecutorService threads;

    /** @param addresses of a mesh's replicas */
    public Viewers(List<String> addresses, Access access, int count) {
        this(addresses, access, count, List.of(Topics.BASE));
    }

    /** @param variants that viewers see, one after another */
    Viewers(List<String> addresses, Access access, int count, List<String> variants) {
        this.variants = variants;
        clients = IntStream.range(0, count)
                .mapToObj(i -> StreamClient.connect(from(addresses, i), StreamClient.Settings.DEFAULT, access))
                .toList();
        threads = Executors.newFixedThreadPool(count, task -> {
            Thread thread = new Thread(task, "bench-viewer");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** The addresses in the order in which viewer {@code number} tries them: each begins with the next. */
    static List<String> from(List<String> addresses, int number) {
        List<String> turned = new ArrayList<>(addresses);
        Collections.rotate(turned, -(number % addresses.size()));
        return turned;
    }

    /** All streams at the same time. */
    public List<Viewing> together(int frames) throws Exception {
        return collect(threads.invokeAll(views(frames)));
    }

    /** The very same streams, one after another. */
    public List<Viewing> inTurn(int frames) throws Exception {
        List<Viewing> viewings = new ArrayList<>();
        for (Callable<Viewing> view : views(frames)) {
            viewings.add(view.call());
        }
        return viewings;
    }

    /** What viewer {@code number} asks for. */
    static GenerateRequest request(int number, int frames) {
        return request(number, frames, Topics.BASE);
    }

    private static GenerateRequest request(int number, int frames, String variant) {
        return GenerateRequest.newBuilder()
                .setVariant(variant)
                .setSeed(number)
                .setMotionSeed(number)
                .setFrameCount(frames)
                .setEncoding(Encoding.RAW)
                .build();
    }

    private List<Callable<Viewing>> views(int frames) {
        return IntStream.range(0, clients.size())
                .<Callable<Viewing>>mapToObj(
                        i -> () -> view(clients.get(i), request(i, frames, variants.get(i % variants.size()))))
                .toList();
    }

    private static Viewing view(StreamClient client, GenerateRequest request) {
        var came = new long[Math.toIntExact(request.getFrameCount())];
        var check = new CRC32C();
        String model = "";
        long asked = System.nanoTime();
        try (var stream = client.stream(request)) {
            for (int i = 0; i < came.length; i++) {
                Frame frame = stream.next();
                came[i] = System.nanoTime();
                check.update(frame.getImage().getData().asReadOnlyByteBuffer());
                model = frame.getModel();
            }
        }
        return new Viewing(asked, came, model, check.getValue());
    }

    /** What all of them came to; throws what one of them threw. */
    public static <T> List<T> collect(List<Future<T>> futures) throws Exception {
        List<T> viewings = new ArrayList<>();
        for (Future<T> future : futures) {
            try {
                viewings.add(future.get());
            } catch (ExecutionException e) {
                throw e.getCause() instanceof Exception cause ? cause : e;
            }
        }
        return viewings;
    }

    @Override
    public void close() {
        threads.shutdownNow();
        clients.forEach(StreamClient::close);
    }
}
