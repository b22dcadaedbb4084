package org.styleinv.trainer.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.styleinv.network.file.FileRefused;

/** JSON can be the word null, which is no record of anything. */
class NullRecordTest {
    @TempDir
    Path folder;

    @Test
    void anEvaluationThatIsNullIsRefused() throws IOException {
        Path file = Files.writeString(folder.resolve(Evaluation.FILE), "null");
        FileRefused refused = assertThrows(FileRefused.class, () -> Evaluation.of(folder));
        assertEquals(file + " is not an evaluation: it is null", refused.getMessage());
    }

    @Test
    void anEmbeddingWhoseRecordIsNullIsRefused() throws IOException {
        Path file = Files.writeString(folder.resolve("embedding.json"), "null");
        FileRefused refused = assertThrows(FileRefused.class, () -> Embedder.open(folder));
        assertEquals(file + " is not the record of an embedding: it is null", refused.getMessage());
    }
}
