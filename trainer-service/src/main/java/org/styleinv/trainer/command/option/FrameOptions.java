package org.styleinv.trainer.command.option;

import picocli.CommandLine.Option;

/** How stages 1, 2 and 4, which see single frames, draw them. */
public final class FrameOptions {
    @Option(
            names = "--mirror",
            negatable = true,
            fallbackValue = "true",
            description = "show frames mirrored, too (default: the preset's)")
    public Boolean mirror;

    @Option(
            names = "--video-balance",
            negatable = true,
            fallbackValue = "true",
            description =
                    "choose a video, then a frame of it, so that long videos do not dominate (default: the preset's)")
    public Boolean balanced;
}
