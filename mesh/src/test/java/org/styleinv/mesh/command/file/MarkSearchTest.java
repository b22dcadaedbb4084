package org.styleinv.mesh.command.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacv.FFmpegFrameRecorder;
import org.bytedeco.javacv.Frame;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.styleinv.decoder.engine.Decoder;
import org.styleinv.decoder.engine.NetworkDecoder;
import org.styleinv.decoder.engine.PictureEncoder;
import org.styleinv.mesh.command.Run;
import org.styleinv.network.stylegan.Noise;
import org.styleinv.network.watermark.MarkKey;
import org.styleinv.network.watermark.Payload;
import org.styleinv.network.watermark.Watermark;
import org.styleinv.proto.Encoding;
import org.styleinv.proto.wire.Topics;
import org.styleinv.video.VideoForm;
import org.styleinv.video.VideoWriter;
import org.styleinv.video.WebP;
import org.styleinv.video.provenance.Origin;

/** {@code provenance --mark-key} finds marks in files of all kinds, and none where none is. */
@Tag("thorough")
@Timeout(120)
class MarkSearchTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path MODEL = Path.of("..", "models", "faces-64");
    private static final int SIDE = 64;
    private static final int FPS = 30;
    private static final String KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

    /**
     * H.264's quantiser for every frame. Of the luma of such frames it leaves 31.2 and 31.6 dB (two streams of 60 frames), where x264 at crf
     * 28 leaves 32.2 and 32.9: the mark has it no easier here.
     */
    private static final int QUANTISER = 32;

    @TempDir
    private static Path folder;

    private static Path key;
    private static String digest;
    /** A second of a face that becomes another. */
    private static final List<byte[]> PLAIN = new ArrayList<>();

    private static final List<byte[]> MARKED = new ArrayList<>();

    @BeforeAll
    static void paint() throws IOException {
        key = Files.writeString(folder.resolve("mark.key"), KEY);
        try (Decoder decoder = NetworkDecoder.load(MODEL)) {
            digest = decoder.variants().get(0).digest();
            float[] from = decoder.map(decoder.z(3), 1);
            float[] to = decoder.map(decoder.z(4), 1);
            List<float[]> ws = new ArrayList<>();
            for (int i = 0; i < FPS; i++) {
                float[] w = new float[from.length];
                for (int k = 0; k < w.length; k++) {
                    w[k] = from[k] + (to[k] - from[k]) * i / (2 * FPS);
                }
                ws.add(w);
            }
            PLAIN.addAll(decoder.paint(Topics.BASE, Noise.CONST, ws));
        }
        var watermark = new Watermark(MarkKey.read(key), Payload.of(digest, 9), SIDE);
        PLAIN.forEach(rgb -> MARKED.add(watermark.mark(rgb)));
    }

    private static JsonNode told(Path file) throws IOException {
        Run run = Run.of(
                "provenance", "--json", "--mark-key", key.toString(), "--model", MODEL.toString(), file.toString());
        assertEquals(0, run.code(), run.err());
        JsonNode told = JSON.readTree(run.out());
        assertTrue(told.has("mark"), told::toString);
        return told;
    }

    private static void assertMarked(Path file, int frames) throws IOException {
        JsonNode told = told(file);
        assertEquals(frames, told.get("mark_frames").asInt(), told::toString);
        assertEquals(9, told.at("/mark/owner").asInt(-1), told::toString);
        assertEquals(Payload.modelBits(digest), told.at("/mark/model_bits").asInt(-1), told::toString);
        assertEquals(MODEL.toString(), told.at("/mark/models/0").asText(), told::toString);
        assertTrue(told.at("/mark/chance_at_most").asDouble() < 1e-6, told::toString);
    }

    private static Path picture(String name, byte[] rgb, Encoding encoding, float quality) throws IOException {
        return Files.write(folder.resolve(name), PictureEncoder.encode(rgb, SIDE, encoding, quality));
    }

    @Test
    void findsItInPictures() throws IOException {
        assertMarked(picture("a.png", MARKED.get(0), Encoding.PNG, 1), 1);
        assertMarked(picture("a.jpg", MARKED.get(0), Encoding.JPEG, 0.5f), 1);
        assertMarked(Files.write(folder.resolve("a.webp"), WebP.of(SIDE, SIDE, MARKED.get(0))), 1);
    }

    @Test
    void findsItInASecondOfH264ThatIsQuantisedHard() throws IOException {
        Path video = folder.resolve("hard.mp4");
        try (var recorder = new FFmpegFrameRecorder(video.toFile(), SIDE, SIDE);
                var frame = new Frame(SIDE, SIDE, Frame.DEPTH_UBYTE, 3, SIDE * 3)) {
            recorder.setVideoCodec(avcodec.AV_CODEC_ID_H264);
            recorder.setVideoCodecName("libopenh264");
            recorder.setVideoOption("rc_mode", "quality");
            recorder.setVideoOption("qmin", Integer.toString(QUANTISER));
            recorder.setVideoOption("qmax", Integer.toString(QUANTISER));
            recorder.setVideoBitrate(2_000_000);
            recorder.setPixelFormat(avutil.AV_PIX_FMT_YUV420P);
            recorder.setFrameRate(FPS);
            recorder.setGopSize(250); // x264's
            recorder.start();
            for (byte[] rgb : MARKED) {
                ((ByteBuffer) frame.image[0]).clear().put(rgb).flip();
                recorder.record(frame, avutil.AV_PIX_FMT_RGB24);
            }
            recorder.stop();
        }
        assertMarked(video, FPS);
    }

    @Test
    void findsItInWhatTheProductWrites() throws IOException {
        for (VideoForm form : List.of(VideoForm.MP4, VideoForm.WEBM, VideoForm.WEBP)) {
            Path video = folder.resolve(
                    "clip." + (form == VideoForm.MP4 ? "mp4" : form.name().toLowerCase(java.util.Locale.ROOT)));
            try (var writer = new VideoWriter(
                    video, form, SIDE, SIDE, FPS, new Origin(Origin.Kind.values()[0], "a model", "seed=3"))) {
                for (byte[] rgb : MARKED) {
                    writer.write(rgb);
                }
            }
            assertMarked(video, FPS);
        }
    }

    @Test
    void saysWhatTheMetadataSayWhereNoMarkCanBeLookedFor() throws IOException {
        Path small = Files.write(
                folder.resolve("small.png"), PictureEncoder.encode(new byte[3 * 16 * 16], 16, Encoding.PNG, 0));
        Run run = Run.of("provenance", "--mark-key", key.toString(), small.toString());
        assertTrue(run.out().contains("small.png  PNG: says nothing of its origin"), run.out());
        assertTrue(run.err().contains("no mark can be looked for in it"), run.err());
        assertTrue(run.code() != 0);
    }

    @Test
    void saysThatThereIsNone() throws IOException {
        Path plain = picture("plain.png", PLAIN.get(0), Encoding.PNG, 1);
        assertTrue(told(plain).get("mark").isNull());
        Run run = Run.of("provenance", "--mark-key", key.toString(), plain.toString());
        assertTrue(run.out().contains("no mark of this key (1 frame)"), run.out());
        Path other = Files.writeString(folder.resolve("other.key"), KEY.replace("AAEC", "AAED"));
        Path marked = picture("marked.png", MARKED.get(0), Encoding.PNG, 1);
        run = Run.of("provenance", "--mark-key", other.toString(), marked.toString());
        assertTrue(run.out().contains("no mark of this key"), run.out());
        run = Run.of("provenance", "--mark-key", key.toString(), marked.toString());
        assertTrue(run.out().contains("of this key: owner 9, model bits"), run.out());
        assertFalse(run.out().contains("(as "), run.out());
    }
}
