package org.styleinv.trainer.evaluate;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.styleinv.trainer.data.VideoDataset;
import org.styleinv.trainer.evaluate.film.Film;

/**
 * Real clips of one length: a random stretch of each of some videos. The length is what three videos of four have, at most
 * what was asked for; shorter videos are left out.
 */
public record RealClips(List<Stretch> stretches, int length, VideoDataset data) {

    /** @param start first frame */
    public record Stretch(int clip, int start) {}

    public static RealClips of(VideoDataset data, ModelMeasures.Settings settings) {
        int[] lengths =
                IntStream.range(0, data.clips()).map(data::frames).sorted().toArray();
        int length = Math.min(settings.frames(), lengths[lengths.length / 4]);
        List<Stretch> stretches = new ArrayList<>();
        for (int clip = 0; clip < data.clips(); clip++) {
            if (data.frames(clip) >= length) {
                SplittableRandom random = new SplittableRandom(settings.seed() ^ clip * 0x9E3779B97F4A7C15L);
                stretches.add(new Stretch(clip, random.nextInt(data.frames(clip) - length + 1)));
            }
        }
        SplittableRandom order = new SplittableRandom(settings.seed());
        long[] keys = order.longs(data.clips()).toArray();
        stretches.sort(Comparator.comparingLong(stretch -> keys[stretch.clip]));
        return new RealClips(
                List.copyOf(stretches.subList(0, Math.min(settings.samples(), stretches.size()))), length, data);
    }

    public int count() {
        return stretches.size();
    }

    public Film film(int index) {
        Stretch stretch = stretches.get(index);
        float[][] frames = new float[length][3 * data.resolution() * data.resolution()];
        for (int i = 0; i < length; i++) {
            data.read(stretch.clip, stretch.start + i, false, frames[i], 0);
        }
        return new Film(data.resolution(), frames);
    }

    @Override
    public String toString() {
        return stretches + " of " + length;
    }
}
