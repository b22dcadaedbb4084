package org.styleinv.trainer.data.video;

import static org.bytedeco.ffmpeg.global.avfilter.av_buffersink_get_frame;
import static org.bytedeco.ffmpeg.global.avfilter.av_buffersrc_add_frame_flags;
import static org.bytedeco.ffmpeg.global.avfilter.av_buffersrc_parameters_alloc;
import static org.bytedeco.ffmpeg.global.avfilter.av_buffersrc_parameters_set;
import static org.bytedeco.ffmpeg.global.avfilter.avfilter_get_by_name;
import static org.bytedeco.ffmpeg.global.avfilter.avfilter_graph_alloc;
import static org.bytedeco.ffmpeg.global.avfilter.avfilter_graph_alloc_filter;
import static org.bytedeco.ffmpeg.global.avfilter.avfilter_graph_config;
import static org.bytedeco.ffmpeg.global.avfilter.avfilter_graph_create_filter;
import static org.bytedeco.ffmpeg.global.avfilter.avfilter_graph_free;
import static org.bytedeco.ffmpeg.global.avfilter.avfilter_init_str;
import static org.bytedeco.ffmpeg.global.avfilter.avfilter_link;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_unref;
import static org.bytedeco.ffmpeg.global.avutil.av_pix_fmt_desc_get;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.bytedeco.ffmpeg.avfilter.AVBufferSrcParameters;
import org.bytedeco.ffmpeg.avfilter.AVFilterContext;
import org.bytedeco.ffmpeg.avfilter.AVFilterGraph;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVFrameSideData;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.ffmpeg.global.avfilter;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.jspecify.annotations.Nullable;

/**
 * What a viewer shows of a decoded frame, made by ffmpeg's own filters: turned and mirrored by its display matrix, its pixels
 * made square, in RGB by the matrix and range that it is tagged with, over white where it is transparent.
 */
public final class FrameFilter implements AutoCloseable {
    /** What a graph is made for; another shape of frames needs another graph. */
    private record Shape(
            int format,
            int width,
            int height,
            int aspect,
            int toAspect,
            int space,
            int range,
            int alpha,
            List<Integer> matrix) {
        static Shape of(AVFrame frame) {
            return new Shape(
                    frame.format(),
                    frame.width(),
                    frame.height(),
                    frame.sample_aspect_ratio().num(),
                    frame.sample_aspect_ratio().den(),
                    frame.colorspace(),
                    frame.color_range(),
                    frame.alpha_mode(),
                    displayMatrix(frame));
        }

        /** Whether pixels may be seen through: a palette may have such colours. */
        boolean transparent() {
            return format == avutil.AV_PIX_FMT_PAL8
                    || (av_pix_fmt_desc_get(format).flags() & avutil.AV_PIX_FMT_FLAG_ALPHA) != 0;
        }
    }

    /** A frame as it is shown: {@code height} rows of {@code width} pixels, each red, green, blue. */
    public record Shown(int width, int height, byte[] rgb) {}

    private final AVFrame filtered = av_frame_alloc();
    private final long maxPixels;
    private final FrameDecoder.Edges edges;
    // of the newest shape of frames, null before the first
    private @Nullable Shape shape;
    private @Nullable AVFilterGraph graph;
    private @Nullable AVFilterContext source;
    private @Nullable AVFilterContext sink;

    /** @param edges that are cut off every frame, before it is turned */
    public FrameFilter(long maxPixels, FrameDecoder.Edges edges) {
        this.maxPixels = maxPixels;
        this.edges = edges;
    }

    public Shown show(AVFrame frame) throws IOException {
        Shape now = Shape.of(frame);
        if (!now.equals(shape)) {
            build(now);
        }
        if (av_buffersrc_add_frame_flags(source, frame, avfilter.AV_BUFFERSRC_FLAG_KEEP_REF) < 0
                || av_buffersink_get_frame(sink, filtered) < 0) {
            throw new IOException("has a frame that ffmpeg cannot bring to RGB");
        }
        try {
            return shown(now.transparent());
        } finally {
            av_frame_unref(filtered);
        }
    }

    private Shown shown(boolean transparent) {
        int width = filtered.width();
        int height = filtered.height();
        int channels = transparent ? 4 : 3;
        byte[] rgb = new byte[3 * width * height];
        byte[] row = new byte[channels * width];
        BytePointer pixels = filtered.data(0);
        boolean premultiplied = filtered.alpha_mode() == avutil.AVALPHA_MODE_PREMULTIPLIED;
        for (int y = 0; y < height; y++) {
            pixels.position((long) y * filtered.linesize(0)).get(row);
            if (!transparent) {
                System.arraycopy(row, 0, rgb, y * row.length, row.length);
                continue;
            }
            for (int x = 0; x < width; x++) {
                int alpha = row[4 * x + 3] & 255;
                for (int c = 0; c < 3; c++) {
                    int value = row[4 * x + c] & 255;
                    rgb[3 * (y * width + x) + c] = (byte)
                            (premultiplied
                                    ? Math.min(255, value + 255 - alpha)
                                    : (value * alpha + 255 * (255 - alpha) + 127) / 255);
                }
            }
        }
        return new Shown(width, height, rgb);
    }

    private void build(Shape now) throws IOException {
        free();
        graph = avfilter_graph_alloc();
        graph.nb_threads(1);
        source = avfilter_graph_alloc_filter(graph, avfilter_get_by_name("buffer"), "in");
        try (AVBufferSrcParameters parameters = av_buffersrc_parameters_alloc()) {
            parameters
                    .format(now.format)
                    .width(now.width)
                    .height(now.height)
                    .color_space(now.space)
                    .color_range(now.range)
                    .alpha_mode(now.alpha);
            try (AVRational clock = new AVRational().num(1).den(1_000_000);
                    AVRational aspect = new AVRational().num(now.aspect).den(Math.max(1, now.toAspect))) {
                parameters.time_base(clock).sample_aspect_ratio(aspect);
                must(av_buffersrc_parameters_set(source, parameters));
            }
            avutil.av_free(parameters);
        }
        must(avfilter_init_str(source, (String) null));
        AVFilterContext last = source;
        for (String step : steps(now)) {
            AVFilterContext next = new AVFilterContext(null);
            int name = step.indexOf('=') < 0 ? step.length() : step.indexOf('=');
            must(avfilter_graph_create_filter(
                    next,
                    avfilter_get_by_name(step.substring(0, name)),
                    step,
                    name == step.length() ? null : step.substring(name + 1),
                    null,
                    graph));
            must(avfilter_link(last, 0, next, 0));
            last = next;
        }
        sink = new AVFilterContext(null);
        must(avfilter_graph_create_filter(sink, avfilter_get_by_name("buffersink"), "out", null, null, graph));
        must(avfilter_link(last, 0, sink, 0));
        must(avfilter_graph_config(graph, null));
        shape = now;
    }

    private void must(int code) throws IOException {
        if (code < 0) {
            throw new IOException("has frames that ffmpeg cannot bring to RGB");
        }
    }

    private List<String> steps(Shape now) throws IOException {
        List<String> steps = new ArrayList<>();
        if (!edges.equals(FrameDecoder.Edges.NONE)) {
            steps.add(String.format(
                    Locale.ROOT,
                    "crop=w=iw-%d-%d:h=ih-%d-%d:x=%d:y=%d",
                    edges.left(),
                    edges.right(),
                    edges.top(),
                    edges.bottom(),
                    edges.left(),
                    edges.top()));
        }
        steps.addAll(turns(now.matrix));
        boolean swapped = steps.stream().anyMatch(step -> step.startsWith("transpose"));
        double aspect = now.aspect > 0 && now.toAspect > 0 ? (double) now.aspect / now.toAspect : 1;
        if ((double) now.width * now.height * Math.max(aspect, 1 / aspect) > maxPixels) {
            throw new IOException(String.format(
                    Locale.ROOT,
                    "has frames that are shown as %.0f x %.0f pixels, more than the %d million that fit into memory: scale it"
                            + " down first",
                    now.width * Math.max(1, aspect),
                    now.height * Math.max(1, 1 / aspect),
                    maxPixels / 1_000_000));
        }
        if (aspect == 1) {
            steps.add("scale"); // by ffmpeg's own settings, so that pixels are what the program gives
        } else {
            String longer = "*" + Math.max(aspect, 1 / aspect) + ")";
            steps.add(aspect > 1 != swapped ? "scale=w=round(iw" + longer + ":h=ih" : "scale=w=iw:h=round(ih" + longer);
        }
        steps.add("format=pix_fmts=" + (now.transparent() ? "rgba" : "rgb24"));
        return steps;
    }

    /** The filters that the program {@code ffmpeg} puts first, by the same rules. */
    private static List<String> turns(List<Integer> matrix) {
        if (matrix.isEmpty()) {
            return List.of();
        }
        int[] numbers = matrix.stream().mapToInt(Integer::intValue).toArray();
        double angle = -Math.rint(avutil.av_display_rotation_get(numbers));
        if (Double.isNaN(angle)) {
            return List.of(); // a matrix that shows nothing
        }
        angle -= 360 * Math.floor(angle / 360 + 0.9 / 360);
        if (Math.abs(angle - 90) < 1) {
            return List.of("transpose=dir=" + (numbers[3] > 0 ? "cclock_flip" : "clock"));
        }
        if (Math.abs(angle - 180) < 1) {
            List<String> flips = new ArrayList<>();
            if (numbers[0] < 0) {
                flips.add("hflip");
            }
            if (numbers[4] < 0) {
                flips.add("vflip");
            }
            return flips;
        }
        if (Math.abs(angle - 270) < 1) {
            return List.of("transpose=dir=" + (numbers[3] < 0 ? "clock_flip" : "cclock"));
        }
        if (Math.abs(angle) > 1) {
            return List.of(String.format(Locale.ROOT, "rotate=angle=%f*PI/180", angle));
        }
        return numbers[4] < 0 ? List.of("vflip") : List.of();
    }

    private static List<Integer> displayMatrix(AVFrame frame) {
        AVFrameSideData data = avutil.av_frame_get_side_data(frame, avutil.AV_FRAME_DATA_DISPLAYMATRIX);
        if (data == null || data.size() < 36) {
            return List.of();
        }
        int[] numbers = new int[9];
        new IntPointer(data.data()).get(numbers);
        return Arrays.stream(numbers).boxed().toList();
    }

    private void free() {
        if (graph != null) {
            avfilter_graph_free(graph);
            graph = null;
            shape = null;
        }
    }

    @Override
    public void close() {
        free();
        av_frame_free(filtered);
    }
}
