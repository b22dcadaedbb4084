package org.styleinv.studio.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.styleinv.proto.Frame;
import org.styleinv.proto.Variant;
import org.styleinv.proto.VariantsResponse;

/** Which frames are of what is served. */
class ServedTest {
    private static Served served(String base, String sketch) {
        return Served.of(VariantsResponse.newBuilder()
                .addVariants(Variant.newBuilder().setName("base").setModel(base))
                .addVariants(Variant.newBuilder().setName("sketch").setModel(sketch))
                .build());
    }

    private static Frame frame(String painted, String moved) {
        return Frame.newBuilder()
                .setVariant("base")
                .setModel(painted)
                .setMotion(moved)
                .build();
    }

    @Test
    void aFrameOfAnotherModelIsNot() {
        assertEquals(List.of(), served("m", "s").otherThan(frame("m", "m")));
        assertEquals(List.of("old"), served("m", "s").otherThan(frame("old", "m")));
        assertEquals(List.of("old"), served("m", "s").otherThan(frame("m", "old")));
    }

    /** Found by {@code k8s/overlays/style-sketch}: motion names the model, the decoder the look that it paints the base in. */
    @Test
    void aBaseInAVariantsLookIsMovedByTheModelItself() {
        assertEquals(List.of(), served("s", "s").otherThan(frame("s", "m")));
        assertEquals(List.of("m"), served("s", "s").otherThan(frame("m", "m")));
    }
}
