package org.styleinv.studio.request;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.styleinv.proto.Edit;
import org.styleinv.proto.GenerateRequest;
import org.styleinv.proto.Mix;
import org.styleinv.proto.Noise;
import org.styleinv.proto.wire.FrameRange;
import org.styleinv.proto.wire.StatusText;
import org.styleinv.proto.wire.StrengthSchedule;
import org.styleinv.proto.wire.VariantSchedule;
import org.styleinv.studio.problem.Problem;

/**
 * What moves, how, and who paints it: what the addresses of all frames of a video share.
 *
 * @param request with these fields alone
 * @param looks   which variant paints which frame
 * @param query   the same as parameters, in one order, with nothing that is a default
 */
public record Video(GenerateRequest request, VariantSchedule looks, Map<String, String> query) {
    private static final long MIX_FROM = 16; // pixels
    private static final List<Noise.Mode> NOISES = List.of(Noise.Mode.CONST, Noise.Mode.NONE, Noise.Mode.RANDOM);

    /** Takes the parameters of a video from an address. */
    public static Video of(Query query) {
        GenerateRequest.Builder request = GenerateRequest.newBuilder();
        Map<String, String> canonical = new LinkedHashMap<>();
        Optional<Long> seed = query.integer("seed");
        Optional<String> face = query.text("face");
        if (seed.isPresent() == face.isPresent()) {
            throw Problem.bad(
                    seed.isPresent()
                            ? "seed and face are both given: a video shows one of them"
                            : "nothing says what to show: give seed, an integer, or face, an id from POST /v1/faces");
        }
        seed.ifPresent(request::setSeed);
        face.ifPresent(id -> request.setW0(FaceId.parse(id)));
        canonical.put(
                seed.isPresent() ? "seed" : "face",
                seed.map(String::valueOf).or(() -> face).orElseThrow());
        query.integer("motion_seed").filter(value -> value != 0).ifPresent(value -> {
            request.setMotionSeed(value);
            canonical.put("motion_seed", value.toString());
        });
        query.integer("motion_stride").ifPresent(value -> {
            if (value < 1 || value > FrameRange.MAX_STRIDE) {
                throw Problem.bad("motion_stride must be from 1 to " + FrameRange.MAX_STRIDE + ", got " + value);
            }
            if (value != 1) {
                request.setMotionStride(value.intValue());
                canonical.put("motion_stride", value.toString());
            }
        });
        String variant = query.text("variant").orElse("");
        VariantSchedule looks = VariantSchedule.parse(variant);
        if (!looks.equals(VariantSchedule.parse(""))) {
            request.setVariant(variant);
            canonical.put("variant", variant);
        }
        query.decimal("time_step").filter(value -> value != 1).ifPresent(value -> {
            request.setTimeStep(value);
            canonical.put("time_step", value.toString());
        });
        Optional<Mix> mix = mix(query);
        query.decimal("truncation_psi").filter(value -> value != 1).ifPresent(value -> {
            demandPsi(value, seed.isPresent() || mix.filter(Mix::hasSeed).isPresent());
            request.setTruncationPsi(value);
            canonical.put("truncation_psi", value.toString());
        });
        Noise.Mode noise = query.choice("noise", Noise.Mode.CONST, NOISES);
        Optional<Long> noiseSeed = query.integer("noise_seed");
        if (noise != Noise.Mode.CONST) {
            request.getNoiseBuilder().setMode(noise);
            canonical.put("noise", Query.lower(noise));
        }
        if (noiseSeed.isPresent() && noise != Noise.Mode.RANDOM) {
            throw Problem.bad("noise_seed is for noise=random alone, got noise=" + Query.lower(noise));
        }
        noiseSeed.filter(value -> value != 0).ifPresent(value -> {
            request.getNoiseBuilder().setSeed(value);
            canonical.put("noise_seed", value.toString());
        });
        query.text("edits").filter(text -> !text.isEmpty()).ifPresent(text -> {
            request.addAllEdits(edits(text));
            canonical.put("edits", text);
        });
        mix.ifPresent(other -> {
            request.setMix(other);
            canonical.putAll(text(other));
        });
        return new Video(request.build(), looks, canonical);
    }

    /** The parameters that a request would have as an address. */
    static Map<String, List<String>> given(GenerateRequest request) {
        Map<String, List<String>> given = new LinkedHashMap<>();
        if (request.hasSeed()) {
            given.put("seed", List.of(Long.toString(request.getSeed())));
        } else {
            given.put("face", List.of(FaceId.of(request.getW0().getValuesList())));
        }
        given.put("motion_seed", List.of(Long.toString(request.getMotionSeed())));
        if (request.getMotionStride() != 0) {
            given.put("motion_stride", List.of(Integer.toString(request.getMotionStride())));
        }
        given.put("variant", List.of(request.getVariant()));
        if (request.hasTimeStep()) {
            given.put("time_step", List.of(Double.toString(request.getTimeStep())));
        }
        if (request.hasTruncationPsi()) {
            given.put("truncation_psi", List.of(Double.toString(request.getTruncationPsi())));
        }
        if (request.getEditsCount() > 0) {
            given.put(
                    "edits",
                    List.of(request.getEditsList().stream()
                            .map(edit -> edit.getDirection() + ":" + edit.getStrength())
                            .collect(Collectors.joining("/"))));
        }
        if (request.hasMix()) {
            text(request.getMix()).forEach((name, value) -> given.put(name, List.of(value)));
        }
        Noise noise = request.getNoise();
        given.put("noise", List.of(Query.lower(noise.getMode())));
        if (noise.getMode() == Noise.Mode.RANDOM) {
            given.put("noise_seed", List.of(Long.toString(noise.getSeed())));
        }
        return given;
    }

    /** {@code mix_seed=9} or {@code mix_face=ID}, and {@code mix_from=32}: layers of another face. */
    private static Optional<Mix> mix(Query query) {
        Optional<Long> seed = query.integer("mix_seed");
        Optional<String> face = query.text("mix_face");
        Optional<Long> from = query.integer("mix_from");
        if (seed.isPresent() && face.isPresent()) {
            throw Problem.bad("mix_seed and mix_face are both given: layers are of one other face");
        }
        if (seed.isEmpty() && face.isEmpty()) {
            if (from.isPresent()) {
                throw Problem.bad("mix_from is for mix_seed or mix_face: give one of them, or leave it out");
            }
            return Optional.empty();
        }
        long pixels = from.orElse(MIX_FROM);
        if (pixels < 8 || pixels > 1 << 20 || Long.bitCount(pixels) != 1) {
            throw Problem.bad("mix_from must be 8, 16 ... up to the model's resolution, got " + pixels);
        }
        Mix.Builder mix = Mix.newBuilder().setFromResolution((int) pixels);
        seed.ifPresent(mix::setSeed);
        face.ifPresent(id -> mix.setW0(FaceId.parse(id)));
        return Optional.of(mix.build());
    }

    private static Map<String, String> text(Mix mix) {
        Map<String, String> text = new LinkedHashMap<>();
        if (mix.hasSeed()) {
            text.put("mix_seed", Long.toString(mix.getSeed()));
        } else {
            text.put("mix_face", FaceId.of(mix.getW0().getValuesList()));
        }
        if (mix.getFromResolution() != MIX_FROM) {
            text.put("mix_from", Integer.toString(mix.getFromResolution()));
        }
        return text;
    }

    /** {@code smile:1.5/age:0,2@150+60}. */
    private static List<Edit> edits(String text) {
        List<Edit> edits = new ArrayList<>();
        for (String part : text.split("/", -1)) {
            int colon = part.indexOf(':');
            if (colon < 1) {
                throw Problem.bad(
                        "edits wants NAME:STRENGTH, with / between several, as in smile:1.5/age:0,2@150+60, got \""
                                + StatusText.of(part) + "\"");
            }
            String strength = part.substring(colon + 1);
            StrengthSchedule.parse("direction \"" + StatusText.of(part.substring(0, colon)) + "\"", strength);
            edits.add(Edit.newBuilder()
                    .setDirection(part.substring(0, colon))
                    .setStrength(strength)
                    .build());
        }
        return edits;
    }

    private static void demandPsi(double psi, boolean seed) {
        if (!(psi >= -2 && psi <= 2)) {
            throw Problem.bad("truncation_psi must be from -2 to 2, got " + psi);
        }
        if (!seed) {
            throw Problem.bad("truncation_psi is for a seed; a face is taken as it is, so leave it out, got " + psi);
        }
    }

    /** Parameters as they stand in an address, without its question mark. */
    public static String text(Map<String, String> query) {
        return query.entrySet().stream()
                .map(one -> one.getKey() + "=" + URLEncoder.encode(one.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
    }

    /**
     * What a frame says of its origin: its request as parameters, without a model's digest. It is the same whichever way the
     * time ran that led to it.
     */
    public String frame(long index) {
        Map<String, String> forwards = new LinkedHashMap<>(query);
        forwards.computeIfPresent(
                "time_step", (name, any) -> timeStep() == -1 ? null : Double.toString(Math.abs(timeStep())));
        return text(forwards) + "&first_index=" + index + "&frames=1";
    }

    /** The parameters with one more behind them. */
    public Map<String, String> queryWith(String name, String value) {
        Map<String, String> all = new LinkedHashMap<>(query);
        all.put(name, value);
        return all;
    }

    /** Trained frames per frame; below 0 backwards. */
    public double timeStep() {
        return request.hasTimeStep() ? request.getTimeStep() : 1;
    }
}
