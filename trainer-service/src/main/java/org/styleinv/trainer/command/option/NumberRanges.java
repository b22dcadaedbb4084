package org.styleinv.trainer.command.option;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/**
 * What the numbers of {@code train} and {@code evaluate} may be, by the names of their options: a NaN, a weight below 0 or a
 * count of 0 would else be found hours later, or never, as a run that has ended before its first step. Bounds are far beyond
 * what anybody trains with; what one number allows another is said where the two meet.
 */
public final class NumberRanges {
    private static final double LARGEST = 1e6; // weights, intervals, widths of time
    private static final double LONGEST = 1e9; // kimg, seconds: some decades

    /** @param open whether {@code low} itself is not allowed */
    private record Range(double low, boolean open, double high) {
        boolean has(double value) { // false for NaN
            return (open ? value > low : value >= low) && value <= high;
        }

        @Override
        public String toString() {
            return (open ? "above " + plain(low) + " and up to " : "from " + plain(low) + " to ") + plain(high);
        }
    }

    private static final Map<String, Range> RANGES = new HashMap<>();

    private static void allow(double low, double high, String... options) {
        for (String option : options) {
            RANGES.put(option, new Range(low, false, high));
        }
    }

    private static void allowAbove(double low, double high, String... options) {
        for (String option : options) {
            RANGES.put(option, new Range(low, true, high));
        }
    }

    static {
        allowAbove(0, LONGEST, "--kimg", "--schedule-kimg", "--generator-kimg", "--encoder-kimg", "--motion-kimg");
        allow(0, LONGEST, "--latent-kimg", "--critic-kimg", "--ema-kimg", "--tick", "--snapshot");
        allow(1, LARGEST, "--keep", "--metrics-samples", "--samples", "--frames", "--count", "--clips");
        allow(1, 1 << 16, "--batch", "--mbstd");
        allow(1, 1024, "--gpus");
        allow(1, LARGEST, "--d-reg-interval", "--g-reg-interval");
        allow(0, LARGEST, "--lr", "--lr-d", "--gamma", "--latent-gamma", "--ema-rampup", "--pl-weight");
        allow(0, LARGEST, "--l2-lambda", "--lpips-lambda", "--id-lambda", "--features", "--latent");
        allow(0, LARGEST, "--perceptual-weight", "--identity-weight", "--lambda-adv", "--lambda-w-reg");
        allow(0, LARGEST, "--lambda-smooth", "--lambda-change", "--reach");
        allow(-LARGEST, LARGEST, "--lambda-recon"); // published negative values are another loss, which is said there
        allow(0, 1, "--style-mixing-prob", "--p", "--known", "--inverted");
        allow(-1, 1, "--target");
        allow(0, 0.999999, "--beta2");
        allow(0, 64, "--freezed");
        allow(4, 1024, "--resolution", "--finetune-g-res");
        allow(1, 4096, "--w-dim", "--cmax", "--width");
        allow(1, 64, "--map-depth");
        allow(1, 23, "--mantissa");
        allow(1, 1 << 18, "--cbase");
        allow(1, 1 << 20, "--clip-length", "--max-dist", "--motion-z-distance");
        allowAbove(0, LARGEST, "--min-period-len", "--max-period-len", "--scale");
        allowAbove(0, 1000, "--fps");
        allow(0, (1 << 16) - 1, "--watch-port", "--page-port");
        allow(Long.MIN_VALUE, Long.MAX_VALUE, "--seed");
    }

    private NumberRanges() {}

    /**
     * Refuses a command line that gives a number what it cannot be.
     *
     * @throws ParameterException naming the option, what it may be and what it is
     */
    public static void check(CommandSpec command) {
        for (OptionSpec option : command.options()) {
            Optional<String> name = name(option);
            if (option.getValue() instanceof Number value && name.isPresent()) {
                Range range = Objects.requireNonNull(RANGES.get(name.get())); // it was found there
                if (!range.has(value.doubleValue())) {
                    throw new ParameterException(
                            command.commandLine(), name.get() + " must be " + range + ", got " + value);
                }
            }
        }
    }

    /** Under which of its names there is a range for an option, empty where there is none. */
    static Optional<String> name(OptionSpec option) {
        return Arrays.stream(option.names()).filter(RANGES::containsKey).findFirst();
    }

    private static String plain(double value) {
        return new BigDecimal(Double.toString(value)).stripTrailingZeros().toPlainString();
    }
}
