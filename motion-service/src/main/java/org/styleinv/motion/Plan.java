package org.styleinv.motion;

import org.styleinv.proto.Blend;
import org.styleinv.proto.Encoding;
import org.styleinv.proto.GenerateRequest;
import org.styleinv.proto.Latent;
import org.styleinv.proto.Noise;
import org.styleinv.proto.Pace;
import org.styleinv.proto.wire.VariantSchedule;

/**
 * A request that was checked field by field. A frame's place in the stream counts from 0; its index is what it shows.
 *
 * @param firstIndex index of the first frame
 * @param total frames of the stream, {@link Long#MAX_VALUE} without end
 * @param timeStep trained frames per frame, above 0
 * @param backwards whether indexes fall
 * @param looks which variant paints which frame
 */
record Plan(
        long firstIndex,
        long total,
        double fps,
        double timeStep,
        boolean backwards,
        VariantSchedule looks,
        double truncationPsi,
        Noise noise,
        Encoding encoding,
        boolean realTime,
        long motionSeed) {
    /** Beyond it, neighbouring indexes are one double. */
    static final long MAX_INDEX = 1L << 53;

    static final double MAX_FPS = 1000;
    static final double MIN_STEP = 1.0 / (1 << 20);
    static final double MAX_STEP = 1024;
    private static final double DEFAULT_FPS = 30;

    /** @throws IllegalArgumentException naming the field, what it got and what it wants */
    static Plan of(GenerateRequest request) {
        require(
                request.getSourceCase() != GenerateRequest.SourceCase.SOURCE_NOT_SET,
                "source is not set: give image, w0 or seed");
        if (request.hasImage()) {
            require(
                    !request.getImage().getData().isEmpty(),
                    "image.data has no bytes: give a PNG, a JPEG or raw pixels");
        }
        if (request.hasW0()) {
            for (int i = 0; i < request.getW0().getValuesCount(); i++) {
                float value = request.getW0().getValues(i);
                require(Float.isFinite(value), "w0[" + i + "] must be finite, got " + value);
            }
        }
        double step = request.hasTimeStep() ? request.getTimeStep() : 1;
        require(
                Math.abs(step) >= MIN_STEP && Math.abs(step) <= MAX_STEP,
                "time_step must be from 2^-20 to 1024, or the same below zero to run backwards, got " + step);
        double fps = request.getFps() == 0 ? DEFAULT_FPS : request.getFps();
        require(fps >= 0.001 && fps <= MAX_FPS, "fps must be from 0.001 to 1000, or 0 for 30, got " + request.getFps());
        double psi = request.hasTruncationPsi() ? request.getTruncationPsi() : 1;
        require(psi >= -2 && psi <= 2, "truncation_psi must be from -2 to 2, got " + psi);
        require(
                psi == 1 || request.getSourceCase() == GenerateRequest.SourceCase.SEED,
                "truncation_psi is for a seed; an image or w0 is taken as it is, so leave it out, got " + psi);
        VariantSchedule looks = VariantSchedule.parse(request.getVariant());
        require(
                request.getNoise().getMode() != Noise.Mode.UNRECOGNIZED,
                "noise.mode " + request.getNoise().getModeValue() + " is unknown, use CONST, NONE or RANDOM");
        Encoding encoding =
                request.getEncoding() == Encoding.ENCODING_UNSPECIFIED ? Encoding.PNG : request.getEncoding();
        require(
                encoding == Encoding.PNG || encoding == Encoding.RAW || encoding == Encoding.JPEG,
                "encoding " + request.getEncodingValue() + " cannot store a frame, use RAW, PNG or JPEG");
        require(
                request.getPace() != Pace.UNRECOGNIZED,
                "pace " + request.getPaceValue() + " is unknown, use AS_FAST_AS_POSSIBLE or REAL_TIME");
        return new Plan(
                request.getFirstIndex(),
                total(request, step < 0),
                fps,
                Math.abs(step),
                step < 0,
                looks,
                psi,
                request.getNoise(),
                encoding,
                request.getPace() == Pace.REAL_TIME,
                request.getMotionSeed());
    }

    private static long total(GenerateRequest request, boolean backwards) {
        long first = request.getFirstIndex();
        long count = request.getFrameCount();
        require(first >= 0 && first <= MAX_INDEX, "first_index must be from 0 to 2^53, got " + first);
        require(count >= 0, "frame_count must be 0 for a stream without end, or more, got " + count);
        if (backwards) {
            require(
                    count <= first + 1,
                    "frame_count must be at most " + (first + 1) + " when running backwards from first_index " + first
                            + ", because the video begins at index 0, got " + count);
            return count == 0 ? first + 1 : count;
        }
        require(
                count <= MAX_INDEX - first + 1,
                "frame_count must end at index 2^53 at most, got " + count + " from first_index " + first);
        return count == 0 ? Long.MAX_VALUE : count;
    }

    private static void require(boolean holds, String sentence) {
        if (!holds) {
            throw new IllegalArgumentException(sentence);
        }
    }

    /** Who paints, as it was asked for: a name, or a schedule. */
    String variant() {
        return looks.toString();
    }

    /** Index of the frame at a place. */
    long index(long place) {
        return backwards ? firstIndex - place : firstIndex + place;
    }

    /** Place of the frame with an index. */
    long place(long index) {
        return backwards ? firstIndex - index : index - firstIndex;
    }

    /** Microseconds: index / fps, backwards since the first frame sent; rises in both. */
    long presentationUs(long place) {
        return Math.round((backwards ? place : index(place)) / fps * 1e6);
    }

    /** What the decoders are told of the frame at a place, but for a deadline. */
    Latent latent(String stream, int replyPartition, String model, long place, float[] w) {
        long index = index(place);
        VariantSchedule.Look look = looks.at(index);
        Latent.Builder latent = Latent.newBuilder()
                .setStream(stream)
                .setIndex(index)
                .setT(index * timeStep)
                .setVariant(look.variant())
                .setEncoding(encoding)
                .setNoise(noise)
                .setReplyPartition(replyPartition)
                .setPresentationUs(presentationUs(place))
                .setModel(model);
        look.blend()
                .ifPresent(other -> latent.setBlend(
                        Blend.newBuilder().setVariant(other.variant()).setWeight(other.weight())));
        for (float value : w) {
            latent.addW(value);
        }
        return latent.build();
    }
}
