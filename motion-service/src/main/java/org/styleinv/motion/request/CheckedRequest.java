package org.styleinv.motion.request;

import org.styleinv.motion.engine.Edits;
import org.styleinv.motion.engine.MotionModel;
import org.styleinv.proto.Blend;
import org.styleinv.proto.Encoding;
import org.styleinv.proto.GenerateRequest;
import org.styleinv.proto.Latent;
import org.styleinv.proto.LayerShift;
import org.styleinv.proto.Mix;
import org.styleinv.proto.Noise;
import org.styleinv.proto.Pace;
import org.styleinv.proto.W;
import org.styleinv.proto.wire.FrameRange;
import org.styleinv.proto.wire.VariantSchedule;

/**
 * A request that was checked field by field.
 *
 * @param range which frames, and when
 * @param looks which variant paints which frame
 * @param stride of which indices' multiples the network makes latents, 1 to {@value FrameRange#MAX_STRIDE}
 * @param edits what its latents are changed by
 * @param shift what makes some layers another face's; the default instance for none, and until the faces are known
 */
public record CheckedRequest(
        FrameRange range,
        VariantSchedule looks,
        double truncationPsi,
        Noise noise,
        Encoding encoding,
        boolean realTime,
        long motionSeed,
        int stride,
        Edits edits,
        LayerShift shift) {
    /** @throws IllegalArgumentException naming the field, what it got and what it wants */
    public static CheckedRequest of(GenerateRequest request) {
        require(
                request.getSourceCase() != GenerateRequest.SourceCase.SOURCE_NOT_SET,
                "source is not set: give image, w0 or seed");
        if (request.hasImage()) {
            require(
                    !request.getImage().getData().isEmpty(),
                    "image.data has no bytes: give a PNG, a JPEG or raw pixels");
        }
        checkFinite("w0", request.getW0());
        if (request.hasMix()) {
            check(request.getMix());
        }
        FrameRange range = FrameRange.of(
                request.getFirstIndex(),
                request.getFrameCount(),
                request.getFps(),
                request.hasTimeStep() ? request.getTimeStep() : 1);
        double psi = request.hasTruncationPsi() ? request.getTruncationPsi() : 1;
        require(psi >= -2 && psi <= 2, "truncation_psi must be from -2 to 2, got " + psi);
        require(
                psi == 1
                        || request.getSourceCase() == GenerateRequest.SourceCase.SEED
                        || request.getMix().hasSeed(),
                "truncation_psi is for a seed; an image or w0 is taken as it is, so leave it out, got " + psi);
        int stride = request.getMotionStride();
        require(
                stride >= 0 && stride <= FrameRange.MAX_STRIDE,
                "motion_stride must be from 0 to " + FrameRange.MAX_STRIDE + ", got " + stride);
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
        return new CheckedRequest(
                range,
                looks,
                psi,
                request.getNoise(),
                encoding,
                request.getPace() == Pace.REAL_TIME,
                request.getMotionSeed(),
                Math.max(stride, 1),
                Edits.of(request.getEditsList()),
                LayerShift.getDefaultInstance());
    }

    private static void check(Mix mix) {
        require(mix.getFaceCase() != Mix.FaceCase.FACE_NOT_SET, "mix.face is not set: give w0 or seed");
        checkFinite("mix.w0", mix.getW0());
        int from = mix.getFromResolution();
        require(
                from >= 8 && Integer.bitCount(from) == 1,
                "mix.from_resolution must be 8, 16 ... up to the model's resolution, got " + from);
    }

    private static void checkFinite(String name, W w) {
        for (int i = 0; i < w.getValuesCount(); i++) {
            float value = w.getValues(i);
            if (!Float.isFinite(value)) { // a sentence for each of millions would take the server's thread for seconds
                throw new IllegalArgumentException(name + "[" + i + "] must be finite, got " + value);
            }
        }
    }

    /** The same, with layers of another face. */
    CheckedRequest with(LayerShift layers) {
        return new CheckedRequest(
                range, looks, truncationPsi, noise, encoding, realTime, motionSeed, stride, edits, layers);
    }

    private static void require(boolean holds, String sentence) {
        if (!holds) {
            throw new IllegalArgumentException(sentence);
        }
    }

    /** Who paints, as it was asked for: a name, or a schedule. */
    public String variant() {
        return looks.toString();
    }

    public long total() {
        return range.total();
    }

    public double fps() {
        return range.fps();
    }

    /** Latents that the network makes for a second of it in real time. */
    public double latentsPerSecond() {
        return fps() / stride;
    }

    /** Trained frames per frame, above 0. */
    public double timeStep() {
        return range.timeStep();
    }

    /** Index of the frame at a place. */
    public long index(long place) {
        return range.index(place);
    }

    /** Place of the frame with an index. */
    public long place(long index) {
        return range.place(index);
    }

    /** What the motion model is asked for the frame at a place. */
    public MotionModel.Step step(MotionModel.Scene scene, long place) {
        return new MotionModel.Step(scene, index(place), timeStep(), stride);
    }

    /** What the decoders are told of the frame at a place, but for a deadline and where its frame goes. */
    public Latent latent(String stream, String model, long place, float[] w) {
        long index = index(place);
        VariantSchedule.Look look = looks.at(index);
        Latent.Builder latent = Latent.newBuilder()
                .setStream(stream)
                .setIndex(index)
                .setT(index * timeStep())
                .setVariant(look.variant())
                .setEncoding(encoding)
                .setNoise(noise)
                .setPresentationUs(range.presentationUs(place))
                .setModel(model);
        look.blend()
                .ifPresent(other -> latent.setBlend(
                        Blend.newBuilder().setVariant(other.variant()).setWeight(other.weight())));
        if (shift.getWCount() > 0) {
            latent.setLayerShift(shift);
        }
        for (float value : w) {
            latent.addW(value);
        }
        return latent.build();
    }
}
