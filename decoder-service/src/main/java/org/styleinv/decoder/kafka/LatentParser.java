package org.styleinv.decoder.kafka;

import com.google.protobuf.InvalidProtocolBufferException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.styleinv.decoder.engine.Decoder;
import org.styleinv.decoder.engine.Styles;
import org.styleinv.decoder.work.Refusal;
import org.styleinv.decoder.work.Work;
import org.styleinv.network.stylegan.Noise;
import org.styleinv.proto.Blend;
import org.styleinv.proto.Encoding;
import org.styleinv.proto.Latent;
import org.styleinv.proto.LayerShift;
import org.styleinv.proto.identity.RecordSeal;
import org.styleinv.proto.wire.Topics;
import org.styleinv.proto.wire.WireHeaders;
import org.styleinv.telemetry.trace.Spans;
import org.styleinv.telemetry.trace.Traces;

/**
 * What a record of latents asks for, and why it cannot have it. Every group of decoders reads every record, and one of
 * them must refuse what is bad: the one that paints its variant, or, where nobody paints it, the one that paints the base.
 */
public final class LatentParser {
    private volatile Map<String, Decoder.Variant> variants;
    private final int partitions;
    private final Predicate<String> paintedElsewhere;
    private final FrameWriter writer;
    private final RecordSeal seal;
    private final Traces traces;

    /**
     * @param partitions of the frame topics
     * @param paintedElsewhere whether other decoders paint a variant of that name
     * @param writer is told what became of the work
     */
    public LatentParser(
            List<Decoder.Variant> variants, int partitions, Predicate<String> paintedElsewhere, FrameWriter writer) {
        this(variants, partitions, paintedElsewhere, writer, RecordSeal.NONE, Traces.OFF);
    }

    /**
     * @param seal what records are believed by
     * @param traces that are kept
     */
    LatentParser(
            List<Decoder.Variant> variants,
            int partitions,
            Predicate<String> paintedElsewhere,
            FrameWriter writer,
            RecordSeal seal,
            Traces traces) {
        this.traces = traces;
        this.seal = seal;
        paints(variants);
        this.partitions = partitions;
        this.paintedElsewhere = paintedElsewhere;
        this.writer = writer;
    }

    /** What is painted here from now on. */
    void paints(List<Decoder.Variant> all) {
        Map<String, Decoder.Variant> byName = new HashMap<>();
        all.forEach(variant -> byName.put(variant.name(), variant));
        variants = byName;
    }

    /** The record's message; empty if another group of decoders judges it. */
    Optional<Latent> message(ConsumerRecord<byte[], byte[]> record) throws Refusal {
        try {
            Optional<String> otherVersion = WireHeaders.otherVersion(record.headers());
            if (otherVersion.isPresent()) {
                throw new Refusal(Refusal.Reason.WRONG_VERSION, otherVersion.get());
            }
            if (record.value() == null || record.value().length == 0) {
                throw new Refusal(Refusal.Reason.EMPTY, "the record has no bytes, it wants a styleinv.v1.Latent");
            }
            Optional<String> forged = seal.complaint(record);
            if (forged.isPresent()) {
                throw new Refusal(Refusal.Reason.NOT_SEALED, forged.get());
            }
            return Optional.of(Latent.parseFrom(record.value()));
        } catch (InvalidProtocolBufferException e) {
            return unlessElsewhere(
                    record,
                    new Refusal(
                            Refusal.Reason.BAD_PROTOBUF,
                            "the record's " + record.value().length + " bytes are no styleinv.v1.Latent: "
                                    + e.getMessage()));
        } catch (Refusal refusal) {
            return unlessElsewhere(record, refusal);
        }
    }

    private Optional<Latent> unlessElsewhere(ConsumerRecord<byte[], byte[]> record, Refusal refusal) throws Refusal {
        String name = WireHeaders.text(record.headers(), WireHeaders.VARIANT)
                .filter(text -> !text.isEmpty())
                .orElse(Topics.BASE);
        if (variants.containsKey(name) || judges(name)) {
            throw refusal;
        }
        return Optional.empty();
    }

    private boolean judges(String strange) {
        return variants.containsKey(Topics.BASE) && !paintedElsewhere.test(strange);
    }

    /** The work a latent asks for; empty if other decoders do it. */
    public Optional<Work> work(ConsumerRecord<byte[], byte[]> record, Latent latent) throws Refusal {
        String name = latent.getVariant().isEmpty() ? Topics.BASE : latent.getVariant();
        Map<String, Decoder.Variant> now = variants; // once: another thread may replace the map
        Decoder.Variant variant = now.get(name);
        if (variant == null) {
            leave(name);
            return Optional.empty();
        }
        if (latent.hasBlend()) {
            String other = blended(latent.getBlend(), name);
            if (!now.containsKey(other)) {
                leave(other);
                return Optional.empty();
            }
        }
        return Optional.of(work(record, latent, variant));
    }

    /** Leaves a latent to those who paint {@code name}; refuses it if nobody does. */
    private void leave(String name) throws Refusal {
        if (judges(name)) {
            throw Topics.isVariant(name)
                    ? new Refusal(Refusal.Reason.UNKNOWN_VARIANT, "no decoder paints the variant \"" + name + "\"")
                    : new Refusal(Refusal.Reason.BAD_VARIANT, "\"" + name + "\" cannot name a variant");
        }
    }

    /** Name of the variant that is mixed in. */
    private static String blended(Blend blend, String variant) throws Refusal {
        if (!Topics.isVariant(blend.getVariant()) || blend.getVariant().equals(variant)) {
            throw new Refusal(
                    Refusal.Reason.BAD_BLEND,
                    "\"" + blend.getVariant() + "\" cannot be mixed into \"" + variant + "\": name another variant");
        }
        if (!(blend.getWeight() >= 0 && blend.getWeight() <= 1)) {
            throw new Refusal(
                    Refusal.Reason.BAD_BLEND, "the blend's weight must be from 0 to 1, got " + blend.getWeight());
        }
        return blend.getVariant();
    }

    private Work work(ConsumerRecord<byte[], byte[]> record, Latent latent, Decoder.Variant variant) throws Refusal {
        if (latent.getStream().isEmpty()) {
            throw new Refusal(Refusal.Reason.NO_STREAM, "the latent names no stream");
        }
        if (latent.getWCount() != variant.wDim()) {
            throw new Refusal(
                    Refusal.Reason.WRONG_WIDTH,
                    "w has " + latent.getWCount() + " values, but the variant \"" + variant.name() + "\" expects "
                            + variant.wDim());
        }
        Styles styles = styles(latent, variant);
        Encoding encoding = latent.getEncoding() == Encoding.ENCODING_UNSPECIFIED ? Encoding.PNG : latent.getEncoding();
        if (encoding == Encoding.UNRECOGNIZED || encoding == Encoding.FLOAT32) {
            throw new Refusal(
                    Refusal.Reason.UNKNOWN_ENCODING,
                    "encoding " + latent.getEncodingValue() + " cannot store a frame, use RAW, PNG or JPEG");
        }
        if (latent.getReplyPartition() < 0 || latent.getReplyPartition() >= partitions) {
            throw new Refusal(
                    Refusal.Reason.BAD_PARTITION,
                    "reply partition " + latent.getReplyPartition() + " is not one of " + partitions
                            + "; has every service the same styleinv.topics.partitions?");
        }
        Optional<String> other =
                latent.hasBlend() ? Optional.of(latent.getBlend().getVariant()) : Optional.empty();
        var asked = new FrameWriter.Asked(
                record,
                WireHeaders.version(record.headers()),
                latent.getPresentationUs(),
                latent.getReplyPartition(),
                latent.getModel(),
                WireHeaders.text(record.headers(), WireHeaders.TRACE));
        Spans spans = traces.below(asked.trace());
        spans.received(record.topic(), record.timestamp());
        return new Work(
                new Work.Key(
                        latent.getStream(),
                        latent.getIndex(),
                        new Work.Kind(variant.name(), other, noise(latent.getNoise())),
                        latent.getBlend().getWeight(),
                        encoding),
                styles,
                latent.getDeadlineMs(),
                spans,
                (work, outcome) -> writer.ended(asked, work, outcome));
    }

    private static Styles styles(Latent latent, Decoder.Variant variant) throws Refusal {
        float[] w = floats("w", latent.getWList());
        if (!latent.hasLayerShift()) {
            return Styles.of(w);
        }
        LayerShift shift = latent.getLayerShift();
        if (shift.getWCount() != w.length) {
            throw new Refusal(
                    Refusal.Reason.BAD_LAYER_SHIFT,
                    "layer_shift has " + shift.getWCount() + " values, but w has " + w.length);
        }
        if (!Styles.isLayer(shift.getFromResolution(), variant.resolution())) {
            throw new Refusal(
                    Refusal.Reason.BAD_LAYER_SHIFT,
                    "layer_shift begins at " + shift.getFromResolution() + " pixels, it wants 8, 16 ... up to "
                            + variant.resolution());
        }
        return Styles.shifted(w, floats("layer_shift.w", shift.getWList()), shift.getFromResolution());
    }

    private static float[] floats(String name, List<Float> values) throws Refusal {
        float[] floats = new float[values.size()];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = values.get(i);
            if (!Float.isFinite(floats[i])) {
                throw new Refusal(
                        Refusal.Reason.NOT_FINITE, name + "[" + i + "] is " + floats[i] + ", it must be finite");
            }
        }
        return floats;
    }

    private static Noise noise(org.styleinv.proto.Noise noise) throws Refusal {
        return switch (noise.getMode()) {
            case CONST -> Noise.CONST;
            case NONE -> Noise.NONE;
            case RANDOM -> Noise.random(noise.getSeed());
            case UNRECOGNIZED ->
                throw new Refusal(
                        Refusal.Reason.UNKNOWN_NOISE,
                        "noise mode " + noise.getModeValue() + " is unknown, use CONST, NONE or RANDOM");
        };
    }
}
