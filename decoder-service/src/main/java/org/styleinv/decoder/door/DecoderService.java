package org.styleinv.decoder.door;

import com.google.protobuf.ByteString;
import io.grpc.BindableService;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.quarkus.grpc.GrpcService;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.styleinv.decoder.engine.Decoder;
import org.styleinv.decoder.engine.FrameMarker;
import org.styleinv.decoder.engine.NotFinite;
import org.styleinv.decoder.engine.PictureEncoder;
import org.styleinv.door.Requests;
import org.styleinv.network.serving.EngineThread;
import org.styleinv.network.serving.ModelWatch;
import org.styleinv.network.stylegan.Noise;
import org.styleinv.proto.DecoderGrpc;
import org.styleinv.proto.Encoding;
import org.styleinv.proto.Image;
import org.styleinv.proto.MapRequest;
import org.styleinv.proto.MapResponse;
import org.styleinv.proto.SynthesizeRequest;
import org.styleinv.proto.SynthesizeResponse;
import org.styleinv.proto.VariantsRequest;
import org.styleinv.proto.VariantsResponse;
import org.styleinv.proto.wire.Topics;

/** The gRPC door: checks a request, lets the engine's thread do it, answers from there. */
@GrpcService
class DecoderService implements DecoderGrpc.AsyncService, BindableService {
    private static final Logger LOG = Logger.getLogger(DecoderService.class);

    private final DecoderProcess process;

    DecoderService(DecoderProcess process) {
        this.process = process;
    }

    @Override
    public ServerServiceDefinition bindService() {
        return Requests.checked(DecoderGrpc.bindService(this));
    }

    @Override
    public void map(MapRequest request, StreamObserver<MapResponse> client) {
        if (starting(client)) {
            return;
        }
        double psi = request.hasTruncationPsi() ? request.getTruncationPsi() : 1;
        if (!(psi >= -2 && psi <= 2)) {
            refuse(client, "truncation_psi must be from -2 to 2, got " + psi);
            return;
        }
        if (request.getSourceCase() == MapRequest.SourceCase.SOURCE_NOT_SET) {
            refuse(client, "source is not set: give seed or z");
            return;
        }
        answer(client, decoder -> {
            float[] z;
            if (request.hasZ()) {
                z = floats("z", request.getZ().getValuesList());
                if (z.length != decoder.zDim()) {
                    throw invalid("z has " + z.length + " values, but the model expects " + decoder.zDim());
                }
            } else {
                z = decoder.z(request.getSeed());
            }
            MapResponse.Builder response =
                    MapResponse.newBuilder().setModel(decoder.variants().get(0).digest());
            for (float value : decoder.map(z, psi)) {
                if (!Float.isFinite(value)) {
                    throw invalid("z leads to a w that is not finite: give values of about -4 to 4, as of a standard "
                            + "normal distribution");
                }
                response.addW(value);
            }
            return response.build();
        });
    }

    @Override
    public void synthesize(SynthesizeRequest request, StreamObserver<SynthesizeResponse> client) {
        if (starting(client)) {
            return;
        }
        try {
            Decoder.Variant variant = variant(process.variants(), request.getVariant());
            float[] w = floats("w", request.getWList());
            if (w.length != variant.wDim()) {
                throw invalid("w has " + w.length + " values, but the variant \"" + variant.name() + "\" expects "
                        + variant.wDim());
            }
            if (request.getEncoding() == Encoding.UNRECOGNIZED) {
                throw invalid("encoding " + request.getEncodingValue() + " is unknown, use RAW, PNG, JPEG or FLOAT32");
            }
            Noise noise = noise(request.getNoise());
            answer(client, decoder -> {
                Decoder.Variant now = variant(decoder.variants(), request.getVariant()); // it may be a new model
                demandFace(decoder, w);
                return SynthesizeResponse.newBuilder()
                        .setImage(image(decoder, now, noise, w, request.getEncoding()))
                        .setModel(now.digest())
                        .build();
            });
        } catch (StatusRuntimeException e) {
            client.onError(e);
        }
    }

    @Override
    public void variants(VariantsRequest request, StreamObserver<VariantsResponse> client) {
        if (starting(client)) {
            return;
        }
        VariantsResponse.Builder response = VariantsResponse.newBuilder()
                .setModelRefused(process.watch().flatMap(ModelWatch::refused).orElse(""));
        for (Decoder.Variant variant : process.variants()) {
            response.addVariants(org.styleinv.proto.Variant.newBuilder()
                    .setName(variant.name())
                    .setModel(variant.digest())
                    .setResolution(variant.resolution())
                    .setWDim(variant.wDim()));
        }
        client.onNext(response.build());
        client.onCompleted();
    }

    private Image image(Decoder decoder, Decoder.Variant variant, Noise noise, float[] w, Encoding asked) {
        Encoding encoding = asked == Encoding.ENCODING_UNSPECIFIED ? Encoding.PNG : asked;
        byte[] data = encoding == Encoding.FLOAT32
                ? PictureEncoder.floats(decoder.synthesize(variant.name(), noise, w)) // motion's input, never marked
                : PictureEncoder.encode(
                        process.marker()
                                .mark(
                                        decoder.paint(variant.name(), noise, List.of(w))
                                                .get(0),
                                        FrameMarker.base(decoder)),
                        variant.resolution(),
                        encoding,
                        process.jpegQuality());
        return Image.newBuilder()
                .setEncoding(encoding)
                .setWidth(variant.resolution())
                .setHeight(variant.resolution())
                .setData(ByteString.copyFrom(data))
                .build();
    }

    /** Beyond the faces pictures are nothing, and then not finite: that is said, not shown. */
    private static void demandFace(Decoder decoder, float[] w) {
        double distance = decoder.distance(w);
        if (!(distance <= Decoder.FARTHEST)) {
            throw invalid(String.format(
                    Locale.ROOT,
                    "w is %.3g times as far from the mean of w as a face is, at most %.0f is allowed: give a latent that"
                            + " Encoder.Invert or Decoder.Map made",
                    distance,
                    Decoder.FARTHEST));
        }
    }

    private static Decoder.Variant variant(List<Decoder.Variant> variants, String asked) {
        String name = asked.isEmpty() ? Topics.BASE : asked;
        return variants.stream()
                .filter(variant -> variant.name().equals(name))
                .findFirst()
                .orElseThrow(() -> Status.NOT_FOUND
                        .withDescription("variant \"" + name + "\" does not exist here, there are: "
                                + variants.stream().map(Decoder.Variant::name).collect(Collectors.joining(", ")))
                        .asRuntimeException());
    }

    private static Noise noise(org.styleinv.proto.Noise noise) {
        return switch (noise.getMode()) {
            case CONST -> Noise.CONST;
            case NONE -> Noise.NONE;
            case RANDOM -> Noise.random(noise.getSeed());
            case UNRECOGNIZED ->
                throw invalid("noise.mode " + noise.getModeValue() + " is unknown, use CONST, NONE or RANDOM");
        };
    }

    private static float[] floats(String field, List<Float> values) {
        float[] floats = new float[values.size()];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = values.get(i);
            if (!Float.isFinite(floats[i])) {
                throw invalid(field + "[" + i + "] must be finite, got " + floats[i]);
            }
        }
        return floats;
    }

    private static StatusRuntimeException invalid(String sentence) {
        return Status.INVALID_ARGUMENT.withDescription(sentence).asRuntimeException();
    }

    private boolean starting(StreamObserver<?> client) {
        if (process.started()) {
            return false;
        }
        client.onError(Status.UNAVAILABLE
                .withDescription("decoder-service is starting, try again in a few seconds")
                .asRuntimeException());
        return true;
    }

    private static void refuse(StreamObserver<?> client, String sentence) {
        client.onError(invalid(sentence));
    }

    private <T> void answer(StreamObserver<T> client, Function<Decoder, T> body) {
        CompletableFuture<T> result = process.call(body);
        if (client instanceof ServerCallStreamObserver<T> call) {
            call.setOnCancelHandler(() -> result.cancel(false)); // one who left is not computed for
        }
        result.whenComplete((response, failure) -> {
            if (result.isCancelled()) {
                return;
            }
            if (failure == null) {
                client.onNext(response);
                client.onCompleted();
            } else if (failure instanceof StatusRuntimeException status) {
                client.onError(status);
            } else if (failure instanceof NotFinite) {
                client.onError(invalid(String.valueOf(failure.getMessage())));
            } else if (failure instanceof EngineThread.Unable) {
                client.onError(
                        Status.UNAVAILABLE.withDescription(failure.getMessage()).asRuntimeException());
            } else if (failure instanceof RejectedExecutionException) {
                client.onError(Status.RESOURCE_EXHAUSTED
                        .withDescription(failure.getMessage())
                        .asRuntimeException());
            } else {
                LOG.error("decoder failed", failure);
                client.onError(Status.INTERNAL
                        .withDescription("the decoder failed: " + failure.getMessage())
                        .asRuntimeException());
            }
        });
    }
}
