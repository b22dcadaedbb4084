package org.styleinv.encoder;

import com.google.protobuf.ByteString;
import io.grpc.Context;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.quarkus.grpc.GrpcClient;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.styleinv.door.Health;
import org.styleinv.network.checkpoint.ModelJudge;
import org.styleinv.network.serving.Calls;
import org.styleinv.network.serving.EngineThread;
import org.styleinv.network.serving.ModelLoader;
import org.styleinv.network.serving.ModelSwap;
import org.styleinv.network.serving.ModelWatch;
import org.styleinv.proto.DecoderGrpc;
import org.styleinv.proto.Encoding;
import org.styleinv.proto.Image;
import org.styleinv.proto.InvertRequest;
import org.styleinv.proto.InvertResponse;
import org.styleinv.proto.SynthesizeRequest;

/** Puts the service together: a few threads that decode pictures, one that owns the engine, and the decoder as a peer. */
@ApplicationScoped
@SuppressWarnings("NullAway.Init") // most of it is made when the service starts
class EncoderProcess {
    private static final Logger LOG = Logger.getLogger(EncoderProcess.class);

    private final EncoderConfig config;
    private final DecoderGrpc.DecoderBlockingStub decoder;
    private ThreadPoolExecutor workers;
    private volatile EngineThread<Encoder> engine;
    private ModelWatch watch;

    EncoderProcess(EncoderConfig config, @GrpcClient("decoder") DecoderGrpc.DecoderBlockingStub decoder) {
        this.config = config;
        this.decoder = decoder;
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    void start(@Observes StartupEvent event) {
        Path folder = ModelLoader.folder("encoder-service", config.model());
        start(() -> NetworkEncoder.load(folder));
        Encoder encoder = engine.model();
        LOG.infof("encoder starts model=%s folder=%s", encoder.digest(), folder);
        watch = new ModelWatch(
                folder,
                config.reloadEvery(),
                "encoder-model",
                new ModelSwap<>(
                        ModelJudge.networks(folder), encoder.digest(), encoder.size(), new EncoderHost(this::replace)));
        watch.start();
    }

    void start(Supplier<Encoder> load) {
        config.check();
        workers = new ThreadPoolExecutor(
                config.workers(),
                config.workers(),
                0,
                TimeUnit.SECONDS,
                config.queue() == 0 ? new SynchronousQueue<>() : new LinkedBlockingQueue<>(config.queue()),
                task -> daemon(task, "encoder-picture"));
        EngineThread<Encoder> fresh = new EngineThread<>(
                "encoder-engine",
                "one picture",
                "encoder-service",
                load,
                new Calls(),
                failure -> LOG.error("the engine died", failure));
        fresh.start();
        engine = fresh;
    }

    /** Inverts with another model from the next picture on, and frees the one before; at shutdown, frees the other. */
    void replace(Encoder next) {
        try {
            engine.replace(next, taken -> {}).join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    /** The watch of the model's folder; none while the service starts. */
    Optional<ModelWatch> watch() {
        return Optional.ofNullable(watch);
    }

    /** Whether there is a model: the gRPC port opens before it is loaded. */
    boolean started() {
        return engine != null;
    }

    void stop(@Observes ShutdownEvent event) throws InterruptedException {
        if (watch != null) {
            watch.close();
        }
        if (workers != null) {
            workers.shutdownNow();
        }
        if (engine != null) {
            engine.close();
        }
    }

    /**
     * Runs a piece of work that ends with the caller's call; throws {@link RejectedExecutionException} when full, and
     * UNAVAILABLE at shutdown.
     */
    void work(Runnable body) {
        try {
            workers.execute(Context.current().wrap(body));
        } catch (RejectedExecutionException e) {
            throw workers.isShutdown() ? shuttingDown() : e;
        }
    }

    private static StatusRuntimeException shuttingDown() {
        return Status.UNAVAILABLE
                .withDescription("encoder-service is shutting down")
                .asRuntimeException();
    }

    /** Inverts a picture and asks the decoder what it looks like from there; failures are statuses. Blocks. */
    InvertResponse invert(InvertRequest request) {
        if (Context.current().isCancelled()) {
            throw Status.CANCELLED.withDescription("the client left").asRuntimeException();
        }
        Photo crop = crop(request);
        Inversion inversion = run(crop);
        float[] w0 = inversion.w0();
        InvertResponse.Builder response = InvertResponse.newBuilder()
                .setModel(inversion.model())
                .setCrop(picture(crop))
                .setReconstructionPsnr(Double.NaN);
        for (float value : w0) {
            response.addW0(value);
        }
        reconstruct(crop, w0, response);
        return response.build();
    }

    private Photo crop(InvertRequest request) {
        try {
            Photo photo = Photo.of(request.getImage(), config.maxMegapixels() * 1_000_000L);
            if (request.getAligned() && photo.width() != photo.height()) {
                throw new IllegalArgumentException("an aligned image must be square, got " + photo.width() + "x"
                        + photo.height() + "; leave aligned out to have its middle cut out");
            }
            return photo.square().resized(engine.model().resolution());
        } catch (IllegalArgumentException e) {
            throw Status.INVALID_ARGUMENT.withDescription(e.getMessage()).asRuntimeException();
        } catch (OutOfMemoryError e) {
            throw Status.RESOURCE_EXHAUSTED
                    .withDescription("there is no memory for an image of this size now, try later or a smaller one")
                    .asRuntimeException();
        }
    }

    /** A latent and the model that made it. */
    private record Inversion(float[] w0, String model) {}

    private Inversion run(Photo crop) {
        try {
            return engine.call(encoder -> new Inversion(encoder.invert(crop.planes()), encoder.digest()))
                    .get();
        } catch (ExecutionException e) {
            Throwable cause = Objects.requireNonNull(e.getCause());
            if (cause instanceof EngineThread.Unable) {
                throw shuttingDown();
            }
            LOG.error("the encoder failed", cause);
            throw Status.INTERNAL
                    .withDescription("the encoder failed: " + cause.getMessage())
                    .asRuntimeException();
        } catch (InterruptedException e) {
            throw shuttingDown();
        }
    }

    private void reconstruct(Photo crop, float[] w0, InvertResponse.Builder response) {
        SynthesizeRequest.Builder request = SynthesizeRequest.newBuilder().setEncoding(Encoding.RAW);
        for (float value : w0) {
            request.addW(value);
        }
        try {
            Image seen = decoder.withDeadlineAfter(config.peerTimeout().toMillis(), TimeUnit.MILLISECONDS)
                    .synthesize(request.build())
                    .getImage();
            Photo painted =
                    new Photo(seen.getWidth(), seen.getHeight(), seen.getData().toByteArray());
            if (painted.width() != crop.width() || painted.rgb().length != crop.rgb().length) {
                LOG.warnf("the decoder has another model, there is no reconstruction resolution=%d", painted.width());
                return;
            }
            response.setReconstruction(picture(painted)).setReconstructionPsnr(crop.psnr(painted.rgb()));
        } catch (StatusRuntimeException e) { // w0 is what was asked for; its picture is a courtesy
            LOG.warnf("no reconstruction, decoder-service does not answer cause=\"%s\"", e.getMessage());
        }
    }

    private static Image picture(Photo photo) {
        return Image.newBuilder()
                .setEncoding(Encoding.PNG)
                .setWidth(photo.width())
                .setHeight(photo.height())
                .setData(ByteString.copyFrom(photo.png()))
                .build();
    }

    /** How the service is. */
    Health health() {
        if (engine == null) {
            return Health.trouble("encoder", "the encoder has not started");
        }
        return Health.first(
                Health.of("encoder-engine", engine.watchdog().stuck(config.stuckAfter())),
                Health.of("encoder-model", watch().flatMap(ModelWatch::stuck)));
    }
}
