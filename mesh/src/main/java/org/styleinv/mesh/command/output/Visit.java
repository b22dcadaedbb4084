package org.styleinv.mesh.command.output;

import java.nio.file.Path;
import java.util.List;
import org.styleinv.mesh.local.Mesh;
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
    private List<String> servers;

    @Mixin
    private MeshChoice choice;

    /** What to do with the addresses of a mesh. */
    @FunctionalInterface
    public interface Guest {
        int visit(List<String> addresses) throws Exception;
    }

    /** The model folder of a mesh of its own. */
    public Path model() {
        return choice.model();
    }

    /** Runs {@code guest} against the chosen mesh. */
    public int run(Console report, Guest guest) throws Exception {
        if (servers != null) {
            servers.forEach(server -> Address.parse("--server", server));
            return guest.visit(servers);
        }
        report.status("starting a mesh");
        return Mesh.run(
                Mesh.Settings.passing(choice.model(), report.verbose()), door -> guest.visit(List.of(door.grpc())));
    }
}
