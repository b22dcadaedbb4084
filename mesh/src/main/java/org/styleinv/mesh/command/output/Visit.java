package org.styleinv.mesh.command.output;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.styleinv.client.Access;
import org.styleinv.mesh.local.Mesh;
import org.styleinv.mesh.stop.Failure;
import org.styleinv.proto.GenerateRequest;
import org.styleinv.proto.Image;
import org.styleinv.proto.wire.Address;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Where a client command finds its mesh: a running one by {@code --server}, else one of its own for as long as it takes. */
public final class Visit {
    @Option(
            names = "--server",
            paramLabel = "HOST:PORT",
            split = ",",
            description = "A running mesh, or several replicas of it (default: a mesh in this process).")
    private @Nullable List<String> servers;

    @Mixin
    private Identity identity;

    @Mixin
    private MeshChoice choice;

    /** What to do with the addresses of a mesh, and how to come in there. */
    @FunctionalInterface
    public interface Guest {
        int visit(List<String> addresses, Access access) throws Exception;
    }

    /** The model folder of a mesh of its own. */
    public Path model() {
        return choice.model();
    }

    /** Whether the mesh is of this process. */
    public boolean isOwn() {
        return servers == null;
    }

    /** Says before any mesh is asked what it would refuse of {@code request}, whose picture is from {@code picture}, if any. */
    public void foresee(GenerateRequest request, @Nullable Path picture) throws IOException {
        RequestCheck.check(request);
        demandOneModel();
        if (others().isEmpty()) {
            RequestCheck.check(request, picture, choice.model());
        }
    }

    /** The same of a picture from a file, null for the one that comes along. */
    public void foresee(Image image, @Nullable Path picture) {
        demandOneModel();
        if (others().isEmpty() && picture != null) {
            RequestCheck.check(image, picture);
        }
    }

    private void demandServer() {
        if (identity.isGiven() && servers == null) {
            throw Failure.input("certificates and tokens are for a mesh that runs: name it with --server");
        }
    }

    private void demandOneModel() {
        demandServer();
        if (servers != null && choice.chosen()) {
            throw Failure.input("--model is for a mesh of this process, and a --server has its own: give one of them");
        }
    }

    /** Where another mesh is; empty where there is none but one of this process. */
    private Optional<List<String>> others() {
        if (servers != null) {
            servers.forEach(server -> Address.parse("--server", server));
        }
        return Optional.ofNullable(servers);
    }

    /** Runs {@code guest} against the chosen mesh. */
    public int run(Console report, Guest guest) throws Exception {
        Optional<List<String>> others = others();
        if (others.isPresent()) {
            return guest.visit(others.get(), identity.access());
        }
        demandServer();
        report.status("starting a mesh");
        return Mesh.run(
                Mesh.Settings.passing(choice.model(), report.verbose()),
                door -> guest.visit(List.of(door.grpc()), door.access()));
    }
}
