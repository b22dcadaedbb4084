package org.styleinv.trainer.evaluate.detector;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Small detectors, as {@code torch.jit.save} writes them, with the arguments of the published ones. */
public final class TorchScripts {
    /** Means of 8 x 8 patches, repeated to the width that is asked for. */
    private static final String PATCHES = """
                x = torch.to(img, 6)
                y = torch.flatten(torch.adaptive_avg_pool2d(x, [8, 8]), 1)
                z = torch.repeat(y, [1, 11])
            """;

    private TorchScripts() {}

    /** Both detectors, in a folder. */
    public static Path folder(Path folder) throws IOException {
        Files.createDirectories(folder);
        inception(folder.resolve("inception-2015-12-05.pt"), 2048, 1008);
        i3d(folder.resolve("i3d_torchscript.pt"), 400);
        return folder;
    }

    static void inception(Path file, int features, int classes) throws IOException {
        make(
                file,
                "img: Tensor, return_features: bool=False, use_fp16: bool=False, no_output_bias: bool=False",
                PATCHES + String.format(Locale.ROOT, """
                    if return_features:
                      out = torch.slice(z, 1, 0, %d)
                    else:
                      out = torch.softmax(torch.div(torch.slice(z, 1, 0, %d), 16.), 1)
                    return out
                """, features, classes));
    }

    /** Means of each frame's patches and of how they change, for 16 moments of a clip. */
    static void i3d(Path file, int width) throws IOException {
        make(
                file,
                "x: Tensor, rescale: bool=False, resize: bool=False, return_features: bool=False",
                String.format(Locale.ROOT, """
                y = torch.adaptive_avg_pool3d(torch.to(x, 6), [9, 4, 4])
                d = torch.sub(torch.slice(y, 2, 1, 9), torch.slice(y, 2, 0, 8))
                z = torch.cat([torch.flatten(torch.slice(y, 2, 0, 1), 1), torch.flatten(torch.abs(d), 1)], 1)
                return torch.slice(z, 1, 0, %d)
            """, width));
    }

    /** Writes a module of class {@code __torch__.net.Detector}. */
    public static void make(Path file, String arguments, String body) throws IOException {
        String code = String.format(Locale.ROOT, """
                class Detector(Module):
                  __parameters__ = []
                  __buffers__ = []
                  training : bool
                  def forward(self: __torch__.net.Detector,
                    %s) -> Tensor:
                """, arguments.replace(", ", ",\n    "))
                + body.stripIndent().indent(4);
        byte[] object =
                latin("\u0080\u0002c__torch__.net\nDetector\nq\0)\u0081}(X\u0008\0\0\0trainingq\u0001\u0089ubq\u0002.");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            entry(zip, "detector/version", latin("3\n"));
            entry(zip, "detector/data.pkl", object);
            entry(zip, "detector/constants.pkl", latin("\u0080\u0002)."));
            entry(zip, "detector/code/__torch__/net.py", code.getBytes(StandardCharsets.UTF_8));
        }
    }

    private static byte[] latin(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static void entry(ZipOutputStream zip, String name, byte[] content) throws IOException {
        ZipEntry entry = new ZipEntry(name);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(content.length);
        CRC32 crc = new CRC32();
        crc.update(content);
        entry.setCrc(crc.getValue());
        zip.putNextEntry(entry);
        zip.write(content);
        zip.closeEntry();
    }
}
