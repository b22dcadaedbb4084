package org.styleinv.mesh.command.output;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.styleinv.mesh.stop.Failure;
import org.styleinv.proto.Encoding;
import org.styleinv.proto.Image;

/** Pictures on their way from a file to the wire. Whether one can be used is for the service to say. */
public final class PictureFile {
    private static final long LIMIT = 30L << 20; // a service takes 32 MiB a message
    /** How the sentences begin by which services refuse a picture. */
    private static final Pattern ABOUT_A_PICTURE = Pattern.compile("image\\.data |(the|a|an)( \\w+)? image ");

    private static final String BUNDLED = "face.png";

    private PictureFile() {}

    /** The picture at {@code path}, as it is. */
    public static Image read(Path path) throws IOException {
        if (Files.isDirectory(path)) {
            throw Failure.input(path + " is a folder: name a picture, PNG or JPEG");
        }
        if (!Files.isRegularFile(path)) {
            throw Failure.input("there is no picture " + path + ": check the path");
        }
        long size = Files.size(path);
        if (size == 0) {
            throw Failure.input(path + " is empty: name a picture, PNG or JPEG");
        }
        if (size > LIMIT) {
            throw Failure.input(
                    path + " has " + size + " bytes, but a picture may have " + LIMIT + ": scale it down first");
        }
        return image(Files.readAllBytes(path));
    }

    /**
     * Does something with the picture of {@code path}; where a service refuses it, the sentence names the file.
     *
     * @param path null for the picture that comes along
     */
    public static <T> T naming(@Nullable Path path, Callable<T> work) throws Exception {
        try {
            return work.call();
        } catch (StatusRuntimeException e) {
            String told = String.valueOf(e.getStatus().getDescription());
            if (path == null
                    || e.getStatus().getCode() != Status.Code.INVALID_ARGUMENT
                    || !ABOUT_A_PICTURE.matcher(told).lookingAt()) {
                throw e;
            }
            String field = "image.data";
            throw Failure.input(path + (told.startsWith(field) ? told.substring(field.length()) : ": " + told), e);
        }
    }

    /** The picture that comes along with the model that is served where none is named. */
    public static Image bundled() throws IOException {
        return bundled(MeshChoice.orDefault(null));
    }

    /** The {@code example.png} of {@code model}, which it never saw; else a rendered face that no model was trained on. */
    public static Image bundled(Path model) throws IOException {
        Path example = model.resolve("example.png");
        if (Files.isRegularFile(example)) {
            return read(example);
        }
        try (InputStream picture = PictureFile.class.getResourceAsStream("/org/styleinv/mesh/" + BUNDLED)) {
            if (picture == null) {
                throw new Failure(
                        "the bundled picture is missing from this build: run `mvn package` again, or name yours with --image");
            }
            return image(picture.readAllBytes());
        }
    }

    private static Image image(byte[] data) {
        boolean jpeg = data.length > 1 && (data[0] & 0xFF) == 0xFF && (data[1] & 0xFF) == 0xD8;
        return Image.newBuilder()
                .setEncoding(jpeg ? Encoding.JPEG : Encoding.PNG)
                .setData(ByteString.copyFrom(data))
                .build();
    }
}
