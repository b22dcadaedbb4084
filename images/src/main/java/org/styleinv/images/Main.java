package org.styleinv.images;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.google.cloud.tools.jib.api.buildplan.ImageFormat;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What {@code mvn -Pimages package} runs: an image for each application and each model, and {@code images.json} that lists them. */
public final class Main {
    private Main() {}

    /**
     * @param arguments the checkout with its applications packaged, the folder for the images, the project's version, Maven's local
     *     repository, the base ({@link ImageBuilder}), the names of model folders by commas, and the form of the archives, {@code docker}
     *     or {@code oci}
     */
    public static void main(String[] arguments) throws Exception {
        if (arguments.length != 7) {
            throw new IllegalArgumentException("seven arguments are wanted, got " + arguments.length
                    + ": HOME OUT VERSION REPOSITORY BASE MODELS FORMAT; run mvn -Pimages -pl images -am package");
        }
        Path home = Path.of(arguments[0]).toRealPath();
        Path out = Path.of(arguments[1]).toAbsolutePath();
        String version = arguments[2].replaceFirst("-SNAPSHOT$", "");
        Files.createDirectories(out);
        JavaRuntime runtime = JavaRuntime.link(Path.of(System.getProperty("java.home")), out.resolve("work/java"));
        ImageBuilder builder = new ImageBuilder(
                runtime, new Coordinates(Path.of(arguments[3])), arguments[4], version, format(arguments[6]), out);
        List<Built> images = new ArrayList<>();
        for (Recipe recipe : Recipe.all(home, List.of(arguments[5].split(",")))) {
            long start = System.nanoTime();
            for (Path model : recipe.models().values()) {
                Models.verify(runtime.folder(), recipe.application(), model, out.resolve("work/djl"));
            }
            Built built = builder.build(recipe);
            System.out.printf(
                    Locale.ROOT,
                    "%s %s, %.0f MB, %.1f s%n",
                    built.image(),
                    built.digest(),
                    built.bytes() / 1e6,
                    (System.nanoTime() - start) / 1e9);
            images.add(built);
        }
        new ObjectMapper()
                .enable(SerializationFeature.INDENT_OUTPUT)
                .writeValue(out.resolve("images.json").toFile(), images);
    }

    static ImageFormat format(String name) {
        return switch (name) {
            case "docker" -> ImageFormat.Docker;
            case "oci" -> ImageFormat.OCI;
            default ->
                throw new IllegalArgumentException("image.format is \"" + name + "\", and docker or oci is wanted");
        };
    }
}
