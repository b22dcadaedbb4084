package org.styleinv.mesh.picture;

import com.google.protobuf.ByteString;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.styleinv.proto.GenerateRequest;
import org.styleinv.proto.Mix;
import org.styleinv.proto.Noise;
import org.styleinv.proto.wire.VariantSchedule;
import org.styleinv.video.provenance.Origin;

/**
 * What pictures and videos of a request's frames say of their origin: the request as parameters, those of the studio's
 * addresses, in their order and with nothing that is a default. Of a picture there is its SHA-256 ({@code image_sha256}), and a
 * latent is there as it is, little-endian floats in Base64 ({@code w0}, {@code mix_w0}).
 */
public final class Credit {
    /** Of frames whose request is not known here. */
    public static final Credit UNKNOWN = new Credit("", "", "");

    private static final int MIX_FROM = 16; // pixels, where nothing else is said

    private final String shown;
    private final String range;
    private final String shownForwards;

    private Credit(String shown, String range, String shownForwards) {
        this.shown = shown;
        this.range = range;
        this.shownForwards = shownForwards;
    }

    public static Credit of(GenerateRequest request) {
        double step = request.hasTimeStep() ? request.getTimeStep() : 1;
        return new Credit(shown(request, step), range(request), shown(request, Math.abs(step)));
    }

    /** What a latent's own picture says. */
    public static Origin latent(List<Float> w0, String makers) {
        return Origin.generated(makers, "w0=" + base64(w0));
    }

    /** What all frames in one file say. */
    public Origin all(String makers) {
        return Origin.generated(makers, shown + range);
    }

    /** What a frame says; the same whichever way the time ran that led to it. */
    public Origin frame(String makers, long index) {
        return Origin.generated(
                makers, shownForwards.isEmpty() ? "" : shownForwards + "&first_index=" + index + "&frames=1");
    }

    private static String range(GenerateRequest request) {
        var text = new StringBuilder();
        if (request.getFirstIndex() != 0) {
            add(text, "first_index", request.getFirstIndex());
        }
        if (request.getFrameCount() != 0) {
            add(text, "frames", request.getFrameCount());
        }
        if (request.getFps() != 0 && request.getFps() != 30) {
            add(text, "fps", request.getFps());
        }
        return text.toString();
    }

    private static String shown(GenerateRequest request, double timeStep) {
        var text = new StringBuilder();
        switch (request.getSourceCase()) {
            case SEED -> text.append("seed=").append(request.getSeed());
            case W0 -> text.append("w0=").append(base64(request.getW0().getValuesList()));
            case IMAGE ->
                text.append("image_sha256=").append(sha256(request.getImage().getData()));
            case SOURCE_NOT_SET -> throw new IllegalArgumentException("the request says nothing of what is to move");
        }
        if (request.getMotionSeed() != 0) {
            add(text, "motion_seed", request.getMotionSeed());
        }
        if (request.getMotionStride() > 1) {
            add(text, "motion_stride", request.getMotionStride());
        }
        if (!isBase(request.getVariant())) {
            add(text, "variant", request.getVariant());
        }
        if (timeStep != 1) {
            add(text, "time_step", timeStep);
        }
        if (request.hasTruncationPsi() && request.getTruncationPsi() != 1) {
            add(text, "truncation_psi", request.getTruncationPsi());
        }
        Noise noise = request.getNoise();
        if (noise.getMode() != Noise.Mode.CONST) {
            add(text, "noise", noise.getMode().name().toLowerCase(Locale.ROOT));
        }
        if (noise.getSeed() != 0) {
            add(text, "noise_seed", noise.getSeed());
        }
        if (request.getEditsCount() > 0) {
            add(
                    text,
                    "edits",
                    request.getEditsList().stream()
                            .map(edit -> edit.getDirection() + ":" + edit.getStrength())
                            .collect(Collectors.joining("/")));
        }
        if (request.hasMix()) {
            mix(text, request.getMix());
        }
        return text.toString();
    }

    private static boolean isBase(String variant) {
        try {
            return VariantSchedule.parse(variant).equals(VariantSchedule.parse(""));
        } catch (IllegalArgumentException e) {
            return false; // the service says what is wrong with it
        }
    }

    private static void mix(StringBuilder text, Mix mix) {
        if (mix.hasSeed()) {
            add(text, "mix_seed", mix.getSeed());
        } else {
            add(text, "mix_w0", base64(mix.getW0().getValuesList()));
        }
        if (mix.getFromResolution() != MIX_FROM) {
            add(text, "mix_from", mix.getFromResolution());
        }
    }

    private static void add(StringBuilder text, String name, Object value) {
        text.append('&').append(name).append('=').append(URLEncoder.encode(value.toString(), StandardCharsets.UTF_8));
    }

    private static String base64(List<Float> values) {
        ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * values.size()).order(ByteOrder.LITTLE_ENDIAN);
        values.forEach(bytes::putFloat);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array());
    }

    private static String sha256(ByteString data) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(data.toByteArray()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
