package org.styleinv.mesh.local;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.styleinv.broker.Ports;
import org.styleinv.mesh.stop.Failure;

/**
 * The ports that a mesh listens on, told apart before anything of it starts.
 *
 * @param grpc  the first of {@code row} gRPC ports
 * @param kafka of the broker
 * @param http  the first of {@code row} HTTP ports
 * @param row   how many services take a gRPC and an HTTP port each, from 1
 */
public record MeshPorts(int grpc, int kafka, int http, int row) {
    private static final int LAST = 65_535;

    /** Ports in a row that an option chooses: {@code first} and those above. */
    private record Range(String what, String option, int first, int count) {
        long last() {
            return (long) first + count - 1;
        }

        Optional<Range> crossing(List<Range> others) {
            return others.stream()
                    .filter(other -> other != this && other.first <= last() && first <= other.last())
                    .findFirst();
        }

        @Override
        public String toString() {
            return option + " " + first + (count == 1 ? "" : " (and up to " + last() + ")");
        }
    }

    /**
     * Ports as they are asked for, 0 for free ones.
     *
     * @throws IllegalArgumentException if there is no such port, or two of them are one
     */
    public static MeshPorts of(int grpc, int kafka, int http, int row) {
        var asked = new MeshPorts(grpc, kafka, http, row);
        List<Range> chosen =
                asked.ranges().stream().filter(range -> range.first() != 0).toList();
        for (Range range : chosen) {
            if (range.first() < 0 || range.last() > LAST) {
                throw new IllegalArgumentException(range.option() + " must be from 1 to " + (LAST - range.count() + 1)
                        + ", or 0 for a free port"
                        + (range.count() == 1 ? "" : ", as " + range.count() + " in a row are taken")
                        + ", got " + range.first());
            }
            range.crossing(chosen).ifPresent(other -> {
                throw new IllegalArgumentException(
                        range + " and " + other + " have a port in common: give them different ones");
            });
        }
        return asked.filled();
    }

    /** Free ports in place of 0. */
    private MeshPorts filled() {
        if (grpc != 0 && kafka != 0 && http != 0) {
            return this;
        }
        while (true) {
            int free = Ports.freeRow(2 * row + 1);
            var filled = new MeshPorts(
                    grpc == 0 ? free : grpc, kafka == 0 ? free + 2 * row : kafka, http == 0 ? free + row : http, row);
            List<Range> ranges = filled.ranges();
            if (ranges.stream().allMatch(range -> range.crossing(ranges).isEmpty())) {
                return filled;
            }
        }
    }

    /**
     * Returns these ports if this machine can listen on all of them.
     *
     * @throws Failure naming the one that is taken
     */
    public MeshPorts demandFree() {
        for (Range range : ranges()) {
            IntStream.range(range.first(), range.first() + range.count())
                    .forEach(port -> Hosts.demandPort(range.what(), range.option(), port));
        }
        return this;
    }

    private List<Range> ranges() {
        return List.of(
                new Range("the gRPC port", "--port", grpc, row),
                new Range("the Kafka port", "--kafka-port", kafka, 1),
                new Range("the HTTP port", "--http-port", http, row));
    }
}
