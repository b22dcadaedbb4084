package org.styleinv.motion.broadcast;

import com.google.protobuf.ByteString;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.util.List;
import org.styleinv.proto.DecoderGrpc;
import org.styleinv.proto.EncoderGrpc;
import org.styleinv.proto.Image;
import org.styleinv.proto.InvertRequest;
import org.styleinv.proto.InvertResponse;
import org.styleinv.proto.MapRequest;
import org.styleinv.proto.MapResponse;
import org.styleinv.proto.SynthesizeRequest;
import org.styleinv.proto.SynthesizeResponse;
import org.styleinv.proto.Variant;
import org.styleinv.proto.VariantsRequest;
import org.styleinv.proto.VariantsResponse;
import org.styleinv.proto.wire.Topics;

/** Encoder and decoder by gRPC: each picture is one latent, and each first frame is black. */
public final class FakePeers implements AutoCloseable {
    private final Server server;

    /** @param side of a first frame, pixels */
    public FakePeers(int side) throws IOException {
        server = NettyServerBuilder.forPort(0)
                .addService(new Decoder(side))
                .addService(new Encoder())
                .build()
                .start();
    }

    public int port() {
        return server.getPort();
    }

    @Override
    public void close() {
        server.shutdownNow();
    }

    private static final class Decoder extends DecoderGrpc.DecoderImplBase {
        private final ByteString black;

        Decoder(int side) {
            black = ByteString.copyFrom(new byte[3 * side * side * Float.BYTES]);
        }

        @Override
        public void map(MapRequest request, StreamObserver<MapResponse> client) {
            client.onNext(MapResponse.newBuilder()
                    .addAllW(List.of((float) request.getSeed(), 0f, 0f, 0f))
                    .build());
            client.onCompleted();
        }

        @Override
        public void synthesize(SynthesizeRequest request, StreamObserver<SynthesizeResponse> client) {
            client.onNext(SynthesizeResponse.newBuilder()
                    .setImage(Image.newBuilder().setData(black))
                    .build());
            client.onCompleted();
        }

        @Override
        public void variants(VariantsRequest request, StreamObserver<VariantsResponse> client) {
            client.onNext(VariantsResponse.newBuilder()
                    .addVariants(Variant.newBuilder().setName(Topics.BASE))
                    .build());
            client.onCompleted();
        }
    }

    private static final class Encoder extends EncoderGrpc.EncoderImplBase {
        @Override
        public void invert(InvertRequest request, StreamObserver<InvertResponse> client) {
            client.onNext(InvertResponse.newBuilder()
                    .addAllW0(List.of(41f, 0f, 0f, 0f))
                    .build());
            client.onCompleted();
        }
    }
}
