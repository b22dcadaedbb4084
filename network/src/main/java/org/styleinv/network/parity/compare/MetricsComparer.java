package org.styleinv.network.parity.compare;

import ai.djl.ndarray.NDManager;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.styleinv.network.metric.Features;
import org.styleinv.network.metric.FrechetDistance;
import org.styleinv.network.metric.FrechetDistance.Root;
import org.styleinv.network.metric.InceptionScore;
import org.styleinv.network.metric.KernelDistance;
import org.styleinv.network.parity.check.Checks;
import org.styleinv.network.parity.check.Tolerance;
import org.styleinv.network.parity.fixture.Npz;

/** Measures of sets of features. */
public final class MetricsComparer extends OneFileComparer {
    private static final int SPLITS = 10;

    private static final Pattern KID = Pattern.compile("kid_first(\\d+)");
    private static final Pattern RANK_DEFICIENT = Pattern.compile("frechet_rankdef_first(\\d+)real");

    public MetricsComparer() {
        super("metrics");
    }

    @Override
    protected void compare(Npz golden, NDManager manager, Checks checks) {
        Features real = features(golden.get("real"));
        Features made = features(golden.get("gen"));
        inDouble(golden, checks, "mean_real", real.mean());
        inDouble(golden, checks, "cov_real", real.covariance());
        inDouble(golden, checks, "mean_gen", made.mean());
        inDouble(golden, checks, "cov_gen", made.covariance());
        inDouble(golden, checks, "frechet", FrechetDistance.between(real, made, Root.SINGULAR_VALUES));
        inDouble(golden, checks, "frechet_sqrtm", FrechetDistance.between(real, made, Root.GENERAL));
        for (String array : golden.names()) {
            Matcher kid = KID.matcher(array);
            Matcher deficient = RANK_DEFICIENT.matcher(array);
            if (kid.matches()) {
                int count = Integer.parseInt(kid.group(1));
                double distance = KernelDistance.between(real.first(count), made.first(count));
                inFloat(golden, checks, array, distance);
            } else if (deficient.matches()) {
                Features few = real.first(Integer.parseInt(deficient.group(1)));
                inDouble(golden, checks, array, FrechetDistance.between(few, made, Root.SINGULAR_VALUES));
            }
        }
        InceptionScore score = InceptionScore.of(features(golden.get("is_probs")), SPLITS);
        inFloat(golden, checks, "is_mean", score.mean());
        inFloat(golden, checks, "is_std", score.std());
    }

    private static void inDouble(Npz golden, Checks checks, String array, double... ours) {
        checks.compare(golden, array, "", ours, Tolerance.DOUBLE);
    }

    /** The reference of these was taken in float32. */
    private static void inFloat(Npz golden, Checks checks, String array, double... ours) {
        checks.compare(golden, array, "", ours, Tolerance.ELEMENTWISE);
    }

    private static Features features(Npz.Array array) {
        int d = array.side(1);
        float[] values = array.floats();
        float[][] rows = new float[array.side(0)][];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = java.util.Arrays.copyOfRange(values, i * d, (i + 1) * d);
        }
        return new Features(rows);
    }
}
