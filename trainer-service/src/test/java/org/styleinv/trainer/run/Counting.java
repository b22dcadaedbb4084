package org.styleinv.trainer.run;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.LongConsumer;
import javax.imageio.ImageIO;
import org.styleinv.trainer.stage.Stage;
import org.styleinv.trainer.stage.Step;

/** Counts its steps in its only array, and does something in them. */
final class Counting implements Stage {
    private final NDManager manager = NDManager.newBaseManager("PyTorch");
    final NDArray count = manager.zeros(new Shape(1));
    LongConsumer inStep = step -> {};

    @Override
    public String name() {
        return "counting";
    }

    @Override
    public int batch() {
        return 1;
    }

    @Override
    public Step step(long step) {
        count.addi(1);
        inStep.accept(step);
        return new Step(Map.of("loss", 1.0), Map.of());
    }

    @Override
    public Map<String, NDArray> state() {
        return Map.of("count", count);
    }

    @Override
    public void draw(Path file) throws IOException {
        Files.createDirectories(file.getParent());
        ImageIO.write(new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB), "png", file.toFile());
    }

    @Override
    public void close() {
        manager.close();
    }
}
