package org.styleinv.network.motion;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.Locale;
import org.styleinv.network.Layer;
import org.styleinv.network.Pass;
import org.styleinv.network.Script;
import org.styleinv.network.op.SecondMoment;
import org.styleinv.network.stylegan.FullyConnected;
import org.styleinv.network.stylegan.FullyConnected.Activation;

/**
 * What the video discriminator knows of time: each distance between neighbouring frames as a learned vector of its
 * rounded length beside exact sines and cosines, mapped to one vector. StyleGAN-V (Skorokhodov et al. 2022), section 3.3.
 */
final class TimeCondition extends Layer {
    private static final int LEARNED = 256; // width of a learned distance, as published

    private final String lengths; // [clipLength, 256]
    private final String coefficients; // [1, octaves]
    private final FullyConnected embed;
    private final List<FullyConnected> layers;
    private final Script embedding;

    /**
     * @param frames how many of the last frames of a sample count
     * @param clipLength frames of a training clip
     */
    TimeCondition(int frames, int clipLength, int width) {
        super("");
        int octaves = 32 - Integer.numberOfLeadingZeros(clipLength - 1); // ceil(log2 clipLength)
        float[] rates = new float[octaves];
        for (int i = 0; i < octaves; i++) {
            rates[i] = (float) (Math.PI * Math.scalb(1.0, i - octaves));
        }
        lengths = parameter("time_encoder.const_embed.weight", Initializer.NORMAL, clipLength, LEARNED);
        coefficients = buffer("time_encoder.time_encoder.fourier_coefs", Initializer.of(rates), 1, octaves);
        embed = child(new FullyConnected("mapping.embed", (frames - 1) * (LEARNED + 2 * octaves), width));
        layers = List.of(
                child(new FullyConnected("mapping.fc0", width, width, Activation.LEAKY_RELU, 0.01, 0)),
                child(new FullyConnected("mapping.fc1", width, width, Activation.LEAKY_RELU, 0.01, 0)));
        embedding = Script.of(
                "ts: Tensor, lengths: Tensor, rates: Tensor -> Tensor",
                String.format(Locale.ROOT, """
                t = torch.slice(ts, 1, -%d, 9223372036854775807, 1)
                d = torch.mul(torch.sub(torch.slice(t, 1, 1, 9223372036854775807, 1), torch.slice(t, 1, 0, -1, 1)), %d.)
                e = torch.embedding(lengths, torch.to(torch.round(d), 4))
                x = torch.mul(torch.unsqueeze(d, 2), rates)
                return torch.flatten(torch.cat([e, torch.sin(x), torch.cos(x)], 2), 1)""", frames, clipLength - 1));
    }

    /** {@code ts [n, frames] -> [n, (frames - 1) * (256 + 2*octaves)]}. */
    NDArray embedding(Pass pass, NDArray ts) {
        return embedding.call(pass, ts, pass.weight(lengths), pass.weight(coefficients));
    }

    /** {@code ts [n, frames] -> [n, width]}. */
    NDArray forward(Pass pass, NDArray ts) {
        NDArray x = SecondMoment.normalize(pass, embed.forward(pass, embedding(pass, ts)));
        for (FullyConnected layer : layers) {
            x = layer.forward(pass, x);
        }
        return x;
    }
}
