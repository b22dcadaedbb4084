package org.styleinv.network.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.regex.Pattern;
import org.styleinv.network.FileRefused;

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
            .build();

    /**
     * {@code model.json}.
     *
     * @param architecture null where the folder holds networks for training only, and so nothing that paints
     * @param files SHA-256 of each weights file, in hex
     */
    record ModelRecord(
            String format, String name, Architecture architecture, TrainingRecord training, Map<String, String> files) {
        ModelRecord {
            if (name == null || training == null || files == null || files.containsValue(null)) {
                throw new IllegalArgumentException("it wants a name, a training record and files");
            }
            checkFormat(format);
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
                    throw new IllegalArgumentException("a weights file is called " + file);
                }
            }
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
            if (base == null || generator == null) {
                throw new IllegalArgumentException("it wants the digests of base and generator");
            }
        }
    }

    private Records() {}

    private static void checkFormat(String format) {
        if (!FORMAT.equals(format)) {
            throw new IllegalArgumentException("it has format " + format + ", but this program reads " + FORMAT);
        }
    }

    /** {@code value} as JSON with sorted keys. */
    static byte[] bytes(Object value) {
        try {
            return JSON.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a record cannot be written", e);
        }
    }

    private static String reason(JsonProcessingException e) {
        Throwable cause = e.getCause() instanceof IllegalArgumentException refused ? refused : null;
        return cause == null ? e.getOriginalMessage() : cause.getMessage();
    }

    static <T> T read(Path file, Class<T> type) throws IOException {
        if (Files.isRegularFile(file.toAbsolutePath().getParent())) {
            throw new FileRefused(
                    file.getParent() + " is a file: name the folder of a model, which holds " + file.getFileName());
        }
        try {
            if (Files.size(file) > LARGEST) {
                throw new FileRefused(file + " is no record: it has " + Files.size(file) + " bytes");
            }
            return JSON.readValue(Files.readAllBytes(file), type);
        } catch (NoSuchFileException e) {
            throw new FileRefused(file + " is missing: " + file.getParent() + " is not a model folder", e);
        } catch (JsonProcessingException e) {
            throw new FileRefused(file + " is not a valid record: " + reason(e), e);
        }
    }

    static void write(Path file, Object value) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        Path temporary = file.resolveSibling(file.getFileName() + ".part");
        try {
            Files.write(temporary, bytes(value));
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }
}
