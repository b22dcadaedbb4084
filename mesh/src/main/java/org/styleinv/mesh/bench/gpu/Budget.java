package org.styleinv.mesh.bench.gpu;

import java.util.List;
import java.util.Map;
import org.styleinv.network.preset.ImageConfig;
import org.styleinv.trainer.preset.Preset;

/**
 * How much is measured.
 *
 * @param resolutions of the pictures that are painted and moved, powers of two
 * @param batches     pictures at a time
 * @param rounds      that count, of each measurement
 * @param training    what a training step is measured of
 * @param pictures    of a training step
 * @param streams     where the search for the most that are held ends
 * @param seconds     that each load of streams lasts
 */
public record Budget(
        List<Integer> resolutions,
        List<Integer> batches,
        int rounds,
        List<Preset> training,
        int pictures,
        int streams,
        int seconds) {
    private static final int PAPER = 256;

    /** What a GPU is asked; on two cores of a CPU it would take hours. */
    public static final Budget FULL = new Budget(
            List.of(64, 128, PAPER),
            List.of(1, 2, 4, 8, 16, 32, 64),
            5,
            List.of(
                    Preset.faces64(),
                    Preset.ofGenerator(
                            ImageConfig.PAPER256.published(),
                            ImageConfig.PAPER256.generator(PAPER),
                            ImageConfig.PAPER256.discriminator(PAPER))),
            32,
            512,
            10);

    /** The same parts with little in each: a rehearsal. */
    public static final Budget BRIEF = new Budget(List.of(64), List.of(1, 2), 1, List.of(Preset.faces64()), 2, 2, 1);

    /** Settings of the services on a GPU: batches across all streams, and room for as many as are tried. */
    public Map<String, String> settings() {
        return Map.of(
                "styleinv.decoder.max-batch", "64",
                "styleinv.motion.max-batch", "64",
                "styleinv.motion.max-streams", Integer.toString(streams));
    }
}
