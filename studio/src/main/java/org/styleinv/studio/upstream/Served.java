package org.styleinv.studio.upstream;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.styleinv.proto.Frame;
import org.styleinv.proto.Variant;
import org.styleinv.proto.VariantsResponse;
import org.styleinv.proto.wire.Makers;
import org.styleinv.proto.wire.StatusText;
import org.styleinv.proto.wire.Topics;
import org.styleinv.proto.wire.VariantSchedule;
import org.styleinv.studio.problem.Problem;

/**
 * The model that a mesh serves at one moment.
 *
 * @param variants by name, the base first
 * @param refused  why the model that the folder now holds is not served; empty if it is
 */
public record Served(Map<String, Variant> variants, String refused) {
    static Served of(VariantsResponse response) {
        Map<String, Variant> variants = new LinkedHashMap<>();
        response.getVariantsList().forEach(variant -> variants.put(variant.getName(), variant));
        if (!variants.containsKey(Topics.BASE)) {
            throw Problem.away("the decoder names no variant \"" + Topics.BASE + "\", it names " + variants.keySet());
        }
        return new Served(Map.copyOf(variants), response.getModelRefused());
    }

    public Variant base() {
        return Objects.requireNonNull(variants.get(Topics.BASE), Topics.BASE);
    }

    /** The base, then the others by name. */
    public List<Variant> all() {
        return Stream.concat(
                        Stream.of(base()),
                        variants.entrySet().stream()
                                .filter(one -> !one.getKey().equals(Topics.BASE))
                                .sorted(Map.Entry.comparingByKey())
                                .map(Map.Entry::getValue))
                .toList();
    }

    /**
     * The digest of all that paints a video, for its address: the base's own, which is that of the whole model, or where
     * other variants paint, too, the SHA-256 of the base's and theirs.
     */
    public String digest(VariantSchedule looks) {
        String all = makers(looks);
        return all.equals(base().getModel()) ? all : sha256(all);
    }

    /** The digests of all that paints a video, see {@link Makers}. */
    public String makers(VariantSchedule looks) {
        Map<String, String> painters = new LinkedHashMap<>();
        for (String name : looks.variants()) {
            Variant variant = variants.get(name);
            if (variant == null) {
                throw Problem.of(
                        404,
                        "variant \"" + name + "\" is not painted here, there are: "
                                + String.join(
                                        ", ",
                                        all().stream().map(Variant::getName).toList()));
            }
            if (!name.equals(Topics.BASE)) {
                painters.put(name, variant.getModel());
            }
        }
        return Makers.text(base().getModel(), painters);
    }

    /** The digest for a video; refuses a request for another model. */
    public String demand(Optional<String> model, VariantSchedule looks) {
        String digest = digest(looks);
        if (model.isPresent() && !model.get().equals(digest)) {
            String asked = StatusText.of(model.get());
            throw Problem.of(
                            404,
                            "model " + asked + " is not served, but " + digest + " is; leave model out to be led there")
                    .with("asked", asked)
                    .with("served", digest);
        }
        return digest;
    }

    /** Whether a frame was painted and moved by what is served. */
    public boolean paints(Frame frame) {
        return otherThan(frame).isEmpty();
    }

    /** Digests in a frame that are not those served: of what painted it, and of what moved it. */
    List<String> otherThan(Frame frame) {
        Stream<String> blended = frame.hasBlend()
                        && !isServed(
                                frame.getBlend().getVariant(), frame.getBlend().getModel())
                ? Stream.of(frame.getBlend().getModel())
                : Stream.empty();
        boolean moved = frame.getMotion().isEmpty() // by a decoder of a time before frames said so
                || frame.getMotion().equals(base().getModel())
                || isStyled();
        return Stream.of(
                        isServed(frame.getVariant(), frame.getModel())
                                ? Stream.<String>empty()
                                : Stream.of(frame.getModel()),
                        moved ? Stream.<String>empty() : Stream.of(frame.getMotion()),
                        blended)
                .flatMap(digests -> digests)
                .toList();
    }

    /** Whether the base is painted in a variant's look (styleinv.decoder.style): its digest is that variant's, and the model's own is not told. */
    private boolean isStyled() {
        return variants.values().stream()
                .anyMatch(one ->
                        !one.getName().equals(Topics.BASE) && one.getModel().equals(base().getModel()));
    }

    private boolean isServed(String name, String digest) {
        Variant variant = variants.get(name);
        return variant != null && variant.getModel().equals(digest);
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
