package org.styleinv.network.checkpoint;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.styleinv.network.Pass.Precision;
import org.styleinv.network.file.FileRefused;
import org.styleinv.network.file.RegularFile;
import org.styleinv.network.file.WholeFile;

/** The records of a model folder, {@code model.json} and {@code variant.json}, and how they are read and written. */
final class Records {
    static final String FORMAT = "styleinv-model/1";
    private static final int LARGEST = 1 << 20;
    private static final Pattern FILE_NAME = Pattern.compile("[a-z0-9_]{1,60}\\.safetensors");
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT) // 64.7 is no width
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .build();
    private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");
    private static final int LONGEST_NAME = 200;
    private static final int MOST_FILES = 32;

    /**
     * {@code model.json}.
     *
     * @param architecture null where the folder holds networks for training only, and so nothing that paints
     * @param precision of convolutions where it is served, by its {@link Precision#text}; null, and then not written, is float32
     * @param files SHA-256 of each weights file, in hex
     */
    record ModelRecord(
            String format,
            String name,
            @Nullable Architecture architecture,
            TrainingRecord training,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            String precision,

            Map<String, String> files) {
        ModelRecord {
            if (precision != null && Precision.named(brief(precision)) == Precision.FLOAT32) {
                precision = null; // one way to say it
            }
            if (name == null || training == null || files == null) {
                throw new IllegalArgumentException("it wants a name, a training record and files");
            }
            checkFormat(format);
            if (name.length() > LONGEST_NAME || files.size() > MOST_FILES) {
                throw new IllegalArgumentException("its name has " + name.length() + " characters and it has "
                        + files.size() + " files, but at most " + LONGEST_NAME + " and " + MOST_FILES + " are read");
            }
            boolean[] wanted = {
                architecture != null,
                architecture != null && architecture.encoder() != null,
                architecture != null && architecture.motion() != null
            };
            String[] running = {ModelFolder.GENERATOR, ModelFolder.ENCODER, ModelFolder.MOTION};
            for (int i = 0; i < running.length; i++) {
                if (wanted[i] != files.containsKey(running[i])) {
                    throw new IllegalArgumentException("its architecture and its files do not agree on " + running[i]);
                }
            }
            for (String file : files.keySet()) {
                if (!FILE_NAME.matcher(file).matches()) {
                    throw new IllegalArgumentException("a weights file is called " + brief(file));
                }
                checkDigest(file, files.get(file));
            }
        }

        /** The same networks with another record of where they come from, precision or files. */
        ModelRecord with(TrainingRecord training, Precision precision, Map<String, String> files) {
            return new ModelRecord(format, name, architecture, training, precision.text(), files);
        }

        void write(Path file) throws IOException {
            Records.write(file, this);
        }
    }

    /**
     * {@code variant.json}.
     *
     * @param base SHA-256 of the base generator's file: a variant is a tuned copy of that generator
     * @param generator SHA-256 of its own
     */
    record VariantRecord(String format, String base, String generator, TrainingRecord training) {
        VariantRecord {
            checkFormat(format);
            checkDigest("base", base);
            checkDigest("generator", generator);
            if (training == null) {
                throw new IllegalArgumentException("it wants a training record");
            }
        }
    }

    private Records() {}

    private static void checkFormat(String format) {
        if (!FORMAT.equals(format)) {
            throw new IllegalArgumentException(
                    "it has format " + brief(String.valueOf(format)) + ", but this program reads " + FORMAT);
        }
    }

    private static void checkDigest(String of, String digest) {
        if (digest == null || !DIGEST.matcher(digest).matches()) {
            throw new IllegalArgumentException(
                    "the SHA-256 of " + of + " must be 64 hexadecimal digits, got " + brief(String.valueOf(digest)));
        }
    }

    private static String brief(String text) {
        return text.length() > 80 ? text.substring(0, 80) + "..." : text;
    }

    /** {@code value} as JSON with sorted keys. */
    static byte[] bytes(@Nullable Object value) {
        try {
            return JSON.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a record cannot be written", e);
        }
    }

    /** What is wrong, and with which number or text. */
    private static String reason(JsonProcessingException e) {
        String place = e instanceof JsonMappingException mapping
                ? mapping.getPath().stream()
                        .map(JsonMappingException.Reference::getFieldName)
                        .filter(Objects::nonNull)
                        .collect(Collectors.joining("."))
                : "";
        String what = e.getCause() instanceof IllegalArgumentException refused
                ? String.valueOf(refused.getMessage())
                : e.getCause() instanceof NullPointerException ? "a value is null" : e.getOriginalMessage();
        return place.isEmpty() ? what : place + ": " + what;
    }

    static <T> T read(Path file, Class<T> type) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null && Files.exists(folder) && !Files.isDirectory(folder)) {
            throw new FileRefused(file.getParent() + " is "
                    + (Files.isRegularFile(folder) ? "a file" : "a device, pipe or socket")
                    + ": name the folder of a model, which holds " + file.getFileName());
        }
        if (Files.notExists(file)) {
            throw new FileRefused(file + " is missing: " + file.getParent() + " is not a model folder");
        }
        byte[] text = RegularFile.bytes(file, LARGEST);
        try {
            return parse(text, type);
        } catch (FileRefused e) {
            throw new FileRefused(file + " is not a valid record: " + e.getMessage(), e);
        }
    }

    /** @throws FileRefused in a part of a sentence, where the text is no such record */
    static <T> T parse(byte[] text, Class<T> type) throws IOException {
        try {
            JsonNode tree = JSON.readTree(text);
            for (JsonNode backbone : tree.findValues("backbone")) {
                if (backbone instanceof ObjectNode earlier && !earlier.has("reads")) {
                    earlier.put("reads", 0); // of models from before there was a choice
                }
            }
            if (type == ModelRecord.class && tree instanceof ObjectNode record && !record.has("precision")) {
                record.putNull("precision");
            }
            T value = JSON.treeToValue(tree, type);
            if (value == null) {
                throw new FileRefused("it is null");
            }
            return value;
        } catch (JsonProcessingException e) {
            throw new FileRefused(reason(e), e);
        }
    }

    static void write(Path file, Object value) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        WholeFile.write(file, bytes(value));
    }
}
