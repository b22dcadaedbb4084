package org.styleinv.images;

import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * What makes an image out of a packaged application.
 *
 * @param name        with the repository, without a tag: {@code styleinv/decoder-service}
 * @param application the folder {@code quarkus-app}
 * @param user        whom it runs as, a number
 * @param entrypoint  Java itself, with what holds whatever {@code JDK_JAVA_OPTIONS} says; arguments of the container come after it
 * @param environment all variables
 * @param ports       that it listens at
 * @param models      folders of models that it brings, by their names
 * @param natives     what is taken out of its jars
 */
record Recipe(
        String name,
        Path application,
        int user,
        List<String> entrypoint,
        Map<String, String> environment,
        List<Integer> ports,
        Map<String, Path> models,
        Natives natives) {
    private static final String MODEL = "model-NAME";

    Recipe {
        entrypoint = List.copyOf(entrypoint);
        environment = Map.copyOf(environment);
        ports = List.copyOf(ports);
        models = Map.copyOf(models);
    }

    /** The file {@code recipes.yaml}, in which each line says what it is. */
    record All(
            String repository,
            int user,
            String java,
            String application,
            List<String> options,
            Map<String, String> environment,
            List<Natives.Rule> natives,
            Map<String, Image> images) {
        Recipe recipe(String name, Image image, Path application, Map<String, Path> models) {
            List<String> entrypoint = new ArrayList<>(List.of(java));
            entrypoint.addAll(options);
            entrypoint.addAll(List.of("-jar", this.application + "/quarkus-run.jar"));
            Map<String, String> all = new TreeMap<>(environment);
            all.putAll(image.environment);
            return new Recipe(
                    repository + "/" + name,
                    application,
                    user,
                    entrypoint,
                    all,
                    image.ports,
                    models,
                    Natives.ofThisMachine(natives));
        }
    }

    /** What an image has beside what all have: of which module it is, where it listens. */
    record Image(String module, List<Integer> ports, Map<String, String> environment) {}

    /** @param file {@code images/recipes.yaml} */
    static All read(Path file) throws IOException {
        return new YAMLMapper().readValue(file.toFile(), All.class);
    }

    /**
     * The services, the studio, the whole program, and an image for each of the models, which is the program and the model.
     *
     * @param home the checkout, its applications packaged
     */
    static List<Recipe> all(Path home, List<String> models) throws IOException {
        All file = read(home.resolve("images/recipes.yaml"));
        List<Recipe> all = new ArrayList<>();
        file.images.forEach((name, image) -> {
            Path application = home.resolve(image.module).resolve("target/quarkus-app");
            if (!name.equals(MODEL)) {
                all.add(file.recipe(name, image, application, Map.of()));
            }
        });
        Image program = Objects.requireNonNull(file.images.get(MODEL), "recipes.yaml has no " + MODEL);
        for (String model : models) {
            Path application = home.resolve(program.module).resolve("target/quarkus-app");
            Map<String, Path> folder = Map.of(model, home.resolve("models").resolve(model));
            all.add(file.recipe(MODEL.replace("NAME", model), program, application, folder));
        }
        return all;
    }

    /** Its name without the repository, by which its files are called. */
    String shortName() {
        return name.substring(name.lastIndexOf('/') + 1);
    }
}
