package org.styleinv.trainer.evaluate;

import java.util.List;
import java.util.stream.Stream;
import org.styleinv.trainer.evaluate.film.FilmFigures;

/** The names of all measures. */
public final class Measures {
    /** What {@code --metric} calls those that need no download. */
    public static final String OWN = "own";

    /** The one figure of how far motion is from that of real clips. */
    public static final String MISFIT = "motion_misfit";

    /** Published ones, which need detectors. */
    public static final List<String> PUBLISHED =
            List.of("fid50k", "kid50k", "is50k", "fvd2048_16f", "fvd2048_128f", "fvd2048_128f_subsample8f");

    /** Every measure that a figure can be of. */
    public static final List<String> NAMES = Stream.of(
                    Stream.of("swd", "inversion_psnr_db", MISFIT),
                    StreamFigures.names(true).stream().filter(name -> !FilmFigures.NAMES.contains(name)),
                    FilmFigures.NAMES.stream()
                            .flatMap(name -> Stream.of("", "_real", "_ratio").map(end -> "motion_" + name + end)),
                    Stream.of("blinking", "blinking_real", "identity_cos_others", "frechet_embedding"),
                    PUBLISHED.stream())
            .flatMap(names -> names)
            .toList();

    private Measures() {}
}
