import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.styleinv.client.StreamClient;
import org.styleinv.proto.Encoding;
import org.styleinv.proto.Frame;
import org.styleinv.proto.GenerateRequest;

/** Frames HOST:PORT COUNT DIR: the first frames of seed 7 as files, by the client jar. Goes on by itself when a replica dies. */
public class Frames {
    public static void main(String[] args) throws Exception {
        Path folder = Files.createDirectories(Path.of(args[2]));
        GenerateRequest request = GenerateRequest.newBuilder()
                .setSeed(7)
                .setFrameCount(Long.parseLong(args[1]))
                .setEncoding(Encoding.PNG)
                .build();
        try (var client = StreamClient.connect(List.of(args[0]));
                var frames = client.stream(request)) {
            while (frames.hasNext()) {
                Frame frame = frames.next();
                Files.write(
                        folder.resolve(frame.getIndex() + ".png"),
                        frame.getImage().getData().toByteArray());
            }
        }
    }
}
