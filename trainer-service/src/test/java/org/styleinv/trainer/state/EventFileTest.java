package org.styleinv.trainer.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventFileTest {
    @TempDir
    Path folder;

    /** Every event file in the world begins with these bytes: a first record of 24, and the check of that length. */
    @Test
    void beginsAsTensorBoardExpects() throws IOException {
        byte[] bytes = Files.readAllBytes(new EventFile(folder, 1.5).file());
        assertEquals("1800000000000000a37f4b2209", HexFormat.of().formatHex(bytes, 0, 13));
        assertEquals("brain.Event:2", new String(bytes, 12 + 11, 13, StandardCharsets.US_ASCII));
        assertEquals(12 + 24 + 4, bytes.length);
    }

    @Test
    void writesScalarsWithTheirStepAndValidChecks() throws IOException {
        EventFile events = new EventFile(folder, 1);
        events.scalars(2.0, 300, Map.of("loss/g", 0.75));
        byte[] event = records(events.file()).get(1);
        // time 2.0; step 300 = AC 02; a summary of one value: its tag, then the float 0.75
        String expected = "09" + "0000000000000040" + "10ac02" + "2a0f" + "0a0d" + "0a06"
                + HexFormat.of().formatHex("loss/g".getBytes(StandardCharsets.US_ASCII)) + "15" + "0000403f";
        assertEquals(expected, HexFormat.of().formatHex(event));
    }

    @Test
    void keepsAPictureWhole() throws IOException {
        byte[] png = {(byte) 0x89, 'P', 'N', 'G', 1, 2, 3};
        EventFile events = new EventFile(folder, 1);
        events.image(2, 1, "fakes", 640, 480, png);
        String event = HexFormat.of().formatHex(records(events.file()).get(1));
        assertTrue(
                event.contains(
                        "08e003" + "108005" + "1803" + "2207" + HexFormat.of().formatHex(png)),
                event);
    }

    /** Splits the file as a reader would, refusing a record whose check is wrong. */
    private static List<byte[]> records(Path file) throws IOException {
        ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        List<byte[]> records = new ArrayList<>();
        while (in.hasRemaining()) {
            byte[] length = new byte[8];
            in.get(length);
            assertEquals(EventFile.masked(length), in.getInt());
            byte[] record = new byte
                    [(int) ByteBuffer.wrap(length)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .getLong()];
            in.get(record);
            assertEquals(EventFile.masked(record), in.getInt());
            records.add(record);
        }
        return records;
    }
}
