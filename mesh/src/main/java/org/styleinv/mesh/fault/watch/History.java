package org.styleinv.mesh.fault.watch;

import java.util.List;
import java.util.Map;
import org.styleinv.proto.Frame;

/**
 * What was seen while a mesh was disturbed, and what an undisturbed one showed.
 *
 * @param truth    of each video, by label and index: SHA-256 of the pixels
 * @param readings what each viewer saw, in the order it saw it
 * @param topic    what Kafka kept, in any order
 */
public record History(Map<Video, Map<Long, String>> truth, List<Reading> readings, List<Kept> topic) {

    /**
     * What a frame's pixels depend on besides its index.
     *
     * @param name  of the request: first frame, seed, speed
     * @param model as frames are labelled, see {@link #label}
     */
    public record Video(String name, String variant, String model) {}

    /**
     * One frame as it was seen.
     *
     * @param stream id under which it came; another one after a stream was taken up again
     * @param sha256 of its pixels
     * @param nanos  when, on the viewer's clock
     */
    public record Sighting(String stream, long index, String variant, String model, String sha256, long nanos) {}

    /**
     * One viewer's stream from its first frame to its last.
     *
     * @param video   name of the request, as in {@link Video}
     * @param step    1, or -1 where time runs backwards
     * @param count   frames it was to see
     * @param trouble why the stream ended early, empty if it did not
     */
    public record Reading(
            String viewer, String video, long first, int step, long count, List<Sighting> frames, String trouble) {}

    /** One record of a topic of frames. */
    public record Kept(String origin, String stream, long index, String variant, String model, String sha256) {}

    /** What a frame says of its painters: the digest of its generator, and where it is blended, the other's and its weight. */
    public static String label(Frame frame) {
        return frame.hasBlend()
                ? frame.getModel() + "+" + frame.getBlend().getModel() + "@"
                        + frame.getBlend().getWeight()
                : frame.getModel();
    }
}
