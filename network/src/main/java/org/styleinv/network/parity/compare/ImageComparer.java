package org.styleinv.network.parity.compare;

import ai.djl.ndarray.NDManager;
import java.util.Locale;
import java.util.function.ToIntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.styleinv.network.image.Quantise;
import org.styleinv.network.image.Resize;
import org.styleinv.network.image.SquareCrop;
import org.styleinv.network.parity.check.Checks;
import org.styleinv.network.parity.check.Tolerance;
import org.styleinv.network.parity.fixture.Npz;

/** Resizing and rounding of pictures. */
public final class ImageComparer extends OneFileComparer {
    private static final Pattern RESIZED = Pattern.compile("pil_([a-z]+)_(\\d+)");
    private static final Pattern CROPPED = Pattern.compile("crop_interp_(\\d+)");

    public ImageComparer() {
        super("image");
    }

    @Override
    protected void compare(Npz golden, NDManager manager, Checks checks) {
        Npz.Array picture = golden.get("rgb");
        int height = picture.side(0);
        int width = picture.side(1);
        byte[] rgb = new byte[picture.values().length];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) (int) picture.values()[i];
        }
        for (String array : golden.names()) {
            Matcher resized = RESIZED.matcher(array);
            Matcher cropped = CROPPED.matcher(array);
            if (resized.matches()) {
                Npz.Array wanted = golden.get(array);
                Resize.Kernel kernel = Resize.Kernel.valueOf(resized.group(1).toUpperCase(Locale.ROOT));
                byte[] ours = Resize.resize(rgb, width, height, wanted.side(1), wanted.side(0), kernel);
                double[] values = new double[ours.length];
                for (int i = 0; i < ours.length; i++) {
                    values[i] = ours[i] & 255;
                }
                checks.compareAbsolutely(golden, array, values, Tolerance.PIXEL);
            } else if (cropped.matches()) {
                float[] ours = SquareCrop.interpolate(rgb, width, height, Integer.parseInt(cropped.group(1)));
                checks.compare(golden, array, manager.create(ours), Tolerance.ELEMENTWISE);
            }
        }
        quantise(golden, checks, "quant_save", Quantise::saved);
        quantise(golden, checks, "quant_metric", Quantise::measured);
    }

    private static void quantise(Npz golden, Checks checks, String array, ToIntFunction<Float> rounding) {
        float[] in = golden.get("quant_in").floats();
        double[] ours = new double[in.length];
        for (int i = 0; i < in.length; i++) {
            ours[i] = rounding.applyAsInt(in[i]);
        }
        checks.compareAbsolutely(golden, array, ours, Tolerance.PIXEL);
    }
}
