package org.styleinv.decoder.engine;

import ai.djl.ndarray.NDArray;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.styleinv.network.HostMemory;

/** Frames on the device. Their arrays belong to no scope, so that a model that is closed does not take them along. */
final class NetworkPainting implements Decoder.Painting {
    /**
     * Frames that were computed together.
     *
     * @param rows  {@code [n, 3 r r + 1]}, of bytes: pixels, and whether they are finite
     * @param count of them count
     */
    record Part(NDArray rows, int count) {
        Part {
            rows.detach();
        }
    }

    private final List<Part> parts;

    NetworkPainting(List<Part> parts) {
        this.parts = parts;
    }

    @Override
    public List<byte[]> pixels() {
        List<byte[]> frames = new ArrayList<>();
        for (Part part : parts) {
            frames.addAll(HostMemory.read(part.rows(), bytes -> frames(part, bytes)));
        }
        return frames;
    }

    private static List<byte[]> frames(Part part, ByteBuffer bytes) {
        int size = bytes.remaining() / (int) part.rows().getShape().get(0) - 1;
        List<byte[]> frames = new ArrayList<>();
        for (int i = 0; i < part.count(); i++) {
            byte[] frame = new byte[size];
            bytes.get(frame);
            if (bytes.get() == 0) {
                throw new NotFinite("the picture of this latent is not finite: it is no face of this model");
            }
            frames.add(frame);
        }
        return frames;
    }

    @Override
    public void close() {
        parts.forEach(part -> part.rows().close());
    }
}
