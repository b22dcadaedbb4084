package org.styleinv.images;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.cyclonedx.model.Component;

/** Model folders that come with an image. */
final class Models {
    private Models() {}

    /** @param folder with {@code model.json}, which names the licence of the weights */
    static Part part(String name, Path folder) throws IOException {
        Path description = folder.resolve("model.json");
        if (!Files.exists(description)) {
            throw new IOException(
                    folder + " has no model.json, so it is no model: name folders of models/ by -Dimage.models=A,B");
        }
        JsonNode model = new ObjectMapper().readTree(description.toFile());
        String licence = model.findPath("licence").asText("unknown: model.json names none");
        String sha256 = Digests.sha256(description);
        return new Part(
                Component.Type.MACHINE_LEARNING_MODEL,
                "styleinv",
                name,
                sha256.substring(0, 12),
                null,
                sha256,
                List.of(licence));
    }

    /** Asks the program itself, run by the runtime that the image has, whether a model is whole; one that is not becomes no image. */
    static void verify(Path java, Path application, Path model, Path cache) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(
                        java.resolve("bin/java").toString(),
                        "-Xmx1g",
                        "-Djava.awt.headless=true",
                        "-Dai.djl.pytorch.num_interop_threads=1",
                        "-jar",
                        application.resolve("quarkus-run.jar").toString(),
                        "model",
                        "verify",
                        model.toString())
                .redirectErrorStream(true);
        builder.environment().put("DJL_CACHE_DIR", cache.toString());
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int code = process.waitFor();
        if (code != 0) {
            throw new IOException("model verify " + model + " ended with " + code
                    + ", so there will be no image of it: " + said.strip());
        }
    }
}
