package org.styleinv.trainer.command;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.util.Iterator;
import java.util.concurrent.Callable;
import org.styleinv.proto.Progress;
import org.styleinv.proto.TrainerGrpc;
import org.styleinv.proto.WatchRequest;
import org.styleinv.proto.wire.Address;
import org.styleinv.trainer.run.Tick;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code train watch}: the figures of a run that goes elsewhere. */
@Command(
        name = "watch",
        description = "Prints the figures of a run that was started with --watch-port, until it ends.",
        mixinStandardHelpOptions = true)
final class TrainWatchCommand implements Callable<Integer> {
    @Option(names = "--server", required = true, paramLabel = "HOST:PORT", description = "where the run listens")
    String server;

    @Option(names = "--json", description = "figures as one JSON object a line")
    boolean json;

    @Override
    public Integer call() throws IOException {
        Address at = Address.parse("--server", server);
        ManagedChannel channel = NettyChannelBuilder.forAddress(at.host(), at.port())
                .usePlaintext()
                .build();
        try {
            // asks for one line at a time
            Iterator<Progress> lines = TrainerGrpc.newBlockingStub(channel).watch(WatchRequest.getDefaultInstance());
            while (lines.hasNext()) {
                Tick tick = Tick.of(lines.next());
                System.out.println(json ? new ObjectMapper().writeValueAsString(tick.json()) : tick.text());
            }
            return 0;
        } catch (StatusRuntimeException e) {
            if (e.getStatus().getCode() == Status.Code.ABORTED) {
                throw new IOException(
                        "the run at " + server + " has failed: " + e.getStatus().getDescription());
            }
            throw new IOException(
                    "no run answers at " + server + " (" + e.getStatus().getCode()
                            + "): start one with --watch-port, or check --server; a run that was stopped goes on when it "
                            + "is started again",
                    e);
        } finally {
            channel.shutdownNow();
        }
    }
}
