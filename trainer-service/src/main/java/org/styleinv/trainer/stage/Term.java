package org.styleinv.trainer.stage;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.Locale;
import org.styleinv.network.Pass;
import org.styleinv.network.Script;
import org.styleinv.network.Weights;
import org.styleinv.network.checkpoint.FeatureFolder.Loaded;
import org.styleinv.network.inversion.ArcFace;
import org.styleinv.network.perceptual.Lpips;
import org.styleinv.network.stylegan.Discriminator;

/**
 * One term of a loss: how far pictures that were made are from those that were wanted, beyond their pixels.
 *
 * @param name as a figure of a run
 * @param weight in the loss
 */
public record Term(String name, double weight, Measure measure) {
    /** A distance of two batches of pictures, shape [], which the made ones are differentiated by. */
    @FunctionalInterface
    public interface Measure {
        NDArray of(Pass pass, NDArray made, NDArray wanted);
    }

    private static final Script WEIGHTED =
            Script.of("a: Tensor, b: Tensor, weight: Tensor -> Tensor", "return torch.add(a, torch.mul(b, weight))");
    /** Mean squared difference relative to the target's own power, so that every scale counts alike. */
    private static final Script RELATIVE = Script.of("a: Tensor, b: Tensor -> Tensor", """
            b = torch.detach(torch.to(b, 6))
            d = torch.sub(torch.to(a, 6), b)
            return torch.div(torch.mean(torch.mul(d, d)), torch.add(torch.mean(torch.mul(b, b)), 1e-6))""");

    private static final Script HALF_OF_SUM =
            Script.of("a: Tensor, b: Tensor -> Tensor", "return torch.mul(torch.add(a, b), 0.5)");
    private static final Script FINE = structureScript(2);
    private static final Script COARSE = structureScript(4);

    /** LPIPS. */
    public static Term lpips(Loaded<Lpips> judge, double weight) {
        return new Term("lpips", weight, (pass, made, wanted) -> judge.network()
                .distance(pass.with(judge.weights()), made, wanted));
    }

    /** One minus the cosine of ArcFace's features. */
    public static Term identity(Loaded<ArcFace> judge, double weight) {
        return new Term("id", weight, (pass, made, wanted) -> {
            Pass judged = pass.with(judge.weights()).with(Pass.Statistics.STORED);
            NDArray target = judge.network().features(judged.silent(), wanted);
            return ArcFace.loss(pass, judge.network().features(judged, made), target);
        });
    }

    /** Features of a discriminator at every scale: what takes the place of LPIPS and ArcFace in the encoder's training. */
    public static Term features(Discriminator critic, Weights weights, double weight) {
        return new Term("features", weight, (pass, made, wanted) -> {
            List<NDArray> got = critic.features(pass.with(weights), made);
            List<NDArray> target = critic.features(pass.with(weights).silent(), wanted);
            NDArray share = pass.scope().create(1f / got.size());
            NDArray sum = pass.scope().create(0f);
            for (int i = 0; i < got.size(); i++) {
                sum = WEIGHTED.call(pass, sum, relative(pass, got.get(i), target.get(i)), share);
            }
            return sum;
        });
    }

    /**
     * One minus the correlation of tones at a half and a quarter of the resolution: what takes the place of LPIPS in a
     * style's training. It asks for the same drawing and leaves colour and texture free.
     */
    public static Term structure(double weight) {
        return new Term(
                "structure",
                weight,
                (pass, made, wanted) ->
                        HALF_OF_SUM.call(pass, FINE.call(pass, made, wanted), COARSE.call(pass, made, wanted)));
    }

    /** {@code loss + weight * value}. */
    public NDArray addTo(Pass pass, NDArray loss, NDArray value) {
        return add(pass, loss, value, weight);
    }

    /** {@code loss + weight * value}. */
    static NDArray add(Pass pass, NDArray loss, NDArray value, double weight) {
        return WEIGHTED.call(pass, loss, value, pass.scope().create((float) weight));
    }

    /** Squared difference of {@code a} from {@code target}, which no gradient flows to, by the target's own power. */
    static NDArray relative(Pass pass, NDArray a, NDArray target) {
        return RELATIVE.call(pass, a, target);
    }

    /** One minus the correlation of the tones of two batches of pictures, averaged over squares of {@code size} pixels. */
    private static Script structureScript(int size) {
        return Script.of("a: Tensor, b: Tensor -> Tensor", String.format(Locale.ROOT, """
                x = torch.to(torch.cat([a, b], 0), 6)
                rg = torch.add(torch.mul(torch.select(x, 1, 0), 0.299), torch.mul(torch.select(x, 1, 1), 0.587))
                tone = torch.unsqueeze(torch.add(rg, torch.mul(torch.select(x, 1, 2), 0.114)), 1)
                y = torch.flatten(torch.avg_pool2d(tone, [%1$d, %1$d]), 1)
                y = torch.sub(y, torch.mean(y, [1], True))
                y = torch.div(y, torch.sqrt(torch.add(torch.mean(torch.mul(y, y), [1], True), 1e-4)))
                n = torch.size(a, 0)
                both = torch.mul(torch.slice(y, 0, 0, n), torch.slice(y, 0, n))
                return torch.rsub(torch.mean(both), 1)""", size));
    }
}
