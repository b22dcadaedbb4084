package org.styleinv.trainer.command.option;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.styleinv.trainer.data.VideoDataset;
import picocli.CommandLine.Option;

/** The videos that a stage trains on. */
public final class DataOptions {
    private static final long SILENCE = 5_000_000_000L; // ns, between two lines while videos are decoded

    @Option(names = "--data", required = true, paramLabel = "DIR", description = "folder of videos, at any depth")
    public Path data;

    @Option(
            names = "--cache",
            paramLabel = "DIR",
            description = "folder where decoded frames stay for the next run of the same videos (default: they are "
                    + "decoded for each run, into java.io.tmpdir)")
    @Nullable
    Path cache;

    /** Decodes the videos, which the caller closes, and tells of them on standard error. */
    public VideoDataset open(int resolution, int minFrames) throws IOException {
        long[] said = {System.nanoTime()};
        VideoDataset videos =
                VideoDataset.open(data, resolution, minFrames, Optional.ofNullable(cache), (done, all) -> {
                    if (System.nanoTime() - said[0] > SILENCE) {
                        said[0] = System.nanoTime();
                        System.err.println("read " + done + " of " + all + " videos of " + data);
                    }
                });
        videos.tell(System.err);
        return videos;
    }

    /** Each video's place in the folder, and its frames. */
    public List<String> lines(VideoDataset videos) {
        List<String> lines = new ArrayList<>();
        for (int clip = 0; clip < videos.clips(); clip++) {
            Path file = videos.file(clip);
            lines.add((file.startsWith(data) ? data.relativize(file) : file) + ", " + videos.frames(clip) + " frames,");
        }
        return lines;
    }
}
