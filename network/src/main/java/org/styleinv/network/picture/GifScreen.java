package org.styleinv.network.picture;

import java.io.IOException;
import java.util.Arrays;
import javax.imageio.ImageReader;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;

/**
 * The screen of a GIF, on which its first frame lies, be it smaller. What is beside the frame is transparent, as in browsers,
 * whatever the background colour. GIF89a, 18 and 20.
 */
record GifScreen(int width, int height, int left, int top) {
    /** Of kinds that have none: the picture is all there is. */
    static final GifScreen NONE = new GifScreen(0, 0, 0, 0);

    /** @throws IOException if the file is damaged before its first frame */
    static GifScreen of(ImageReader gif) throws IOException {
        IIOMetadata all = gif.getStreamMetadata();
        IIOMetadata first = gif.getImageMetadata(0);
        int left = number(first, "ImageDescriptor", "imageLeftPosition");
        int top = number(first, "ImageDescriptor", "imageTopPosition");
        return new GifScreen(
                Math.max(number(all, "LogicalScreenDescriptor", "logicalScreenWidth"), left + gif.getWidth(0)),
                Math.max(number(all, "LogicalScreenDescriptor", "logicalScreenHeight"), top + gif.getHeight(0)),
                left,
                top);
    }

    private static int number(IIOMetadata of, String node, String attribute) {
        var tree = (IIOMetadataNode) of.getAsTree(of.getNativeMetadataFormatName());
        var found = (IIOMetadataNode) tree.getElementsByTagName(node).item(0);
        return Integer.parseInt(found.getAttribute(attribute));
    }

    /** The screen with {@code frame} in its place. */
    RgbPicture show(RgbPicture frame) {
        if (frame.width() >= width && frame.height() >= height) {
            return frame;
        }
        byte[] rgb = new byte[3 * width * height];
        Arrays.fill(rgb, (byte) 255);
        for (int y = 0; y < frame.height(); y++) {
            System.arraycopy(
                    frame.rgb(), 3 * y * frame.width(), rgb, 3 * ((top + y) * width + left), 3 * frame.width());
        }
        return new RgbPicture(width, height, rgb);
    }
}
