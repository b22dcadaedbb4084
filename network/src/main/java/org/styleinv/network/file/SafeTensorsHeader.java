package org.styleinv.network.file;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.styleinv.network.file.SafeTensors.Entry;
import org.styleinv.network.file.SafeTensors.Type;

/** The JSON in front of a safetensors file: what tensors there are, where each lies, and what the writer says beside. */
final class SafeTensorsHeader {
    /** Bytes of the largest that is read: a real one has some 100 bytes a tensor. */
    static final int LONGEST = 8 << 20;

    private static final String METADATA = "__metadata__";
    private static final int MOST_TENSORS = 50_000;
    private static final int MOST_METADATA = 10_000;
    private static final int LONGEST_NAME = 500;
    private static final int MOST_SIDES = 16;
    private static final ObjectMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES) // names are a file's own, and many
                    .build())
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .build();

    /** A tensor and where its values begin, counted from the first byte of all values. */
    record Place(Entry entry, long begin) {}

    private final String file;
    private final long dataSize;
    private final List<Place> places = new ArrayList<>();
    private final Map<String, String> metadata = new TreeMap<>();

    private SafeTensorsHeader(Path file, long dataSize) {
        this.file = file.toString();
        this.dataSize = dataSize;
    }

    /** The tensors in the order of their values. */
    List<Place> places() {
        return places;
    }

    Map<String, String> metadata() {
        return metadata;
    }

    /** The bytes in front of the values of {@code tensors}, the length included. */
    static ByteBuffer write(List<SafeTensors.Source> tensors, Map<String, String> metadata) throws IOException {
        ObjectNode header = JSON.createObjectNode();
        if (!metadata.isEmpty()) {
            metadata.forEach(header.putObject(METADATA)::put);
        }
        long offset = 0;
        for (SafeTensors.Source tensor : tensors) {
            ObjectNode place = header.putObject(tensor.entry().name());
            place.put("dtype", tensor.entry().type().name());
            Arrays.stream(tensor.entry().shape()).forEach(place.putArray("shape")::add);
            long end = offset + tensor.entry().bytes();
            place.putArray("data_offsets").add(offset).add(end);
            offset = end;
        }
        byte[] text = JSON.writeValueAsBytes(header);
        int padded = (text.length + 7) / 8 * 8; // values start aligned
        ByteBuffer head = ByteBuffer.allocate(8 + padded).order(ByteOrder.LITTLE_ENDIAN);
        head.putLong(padded).put(text);
        while (head.hasRemaining()) {
            head.put((byte) ' ');
        }
        return head.flip();
    }

    /**
     * Reads a header.
     *
     * @param file for sentences
     * @param dataSize bytes of values that follow
     * @throws FileRefused in one sentence, where it is damaged, hostile, or does not fit the values
     */
    static SafeTensorsHeader read(Path file, ByteBuffer bytes, long dataSize) throws IOException {
        SafeTensorsHeader header = new SafeTensorsHeader(file, dataSize);
        try (JsonParser json =
                JSON.createParser(StandardCharsets.UTF_8.decode(bytes).toString())) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw header.refuse("is not a safetensors file: its header is no JSON object");
            }
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                header.field(json);
            }
            if (json.nextToken() != null) {
                throw header.refuse("is not a safetensors file: its header goes on behind its end");
            }
        } catch (JsonProcessingException e) {
            throw new FileRefused(
                    file + " is not a safetensors file: its header cannot be read, " + e.getOriginalMessage()
                            + "; copy or download it again",
                    e);
        }
        header.checkPlaces();
        return header;
    }

    private FileRefused refuse(String what) {
        return new FileRefused(file + " " + what);
    }

    private void field(JsonParser json) throws IOException {
        String name = json.currentName();
        json.nextToken();
        if (name.equals(METADATA)) {
            metadata(json);
            return;
        }
        if (name.length() > LONGEST_NAME) {
            throw refuse("has a tensor whose name is " + name.length() + " characters long, but at most " + LONGEST_NAME
                    + " are read");
        }
        if (places.size() == MOST_TENSORS) {
            throw refuse("has more than " + MOST_TENSORS + " tensors, which no network here has");
        }
        places.add(place(name, json.readValueAsTree()));
    }

    /** Texts by name; what is none is passed over. */
    private void metadata(JsonParser json) throws IOException {
        if (json.currentToken() != JsonToken.START_OBJECT) {
            json.skipChildren();
            return;
        }
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            if (json.nextToken().isScalarValue()) {
                metadata.put(name, json.getText());
            } else {
                json.skipChildren();
            }
            if (metadata.size() > MOST_METADATA) {
                throw refuse("has more than " + MOST_METADATA + " entries of metadata, which no checkpoint needs");
            }
        }
    }

    private Place place(String name, JsonNode value) throws FileRefused {
        String typeName = value.path("dtype").asText();
        Type type = Arrays.stream(Type.values())
                .filter(known -> known.name().equals(typeName))
                .findFirst()
                .orElseThrow(() -> refuse("has the tensor " + name + " of the type "
                        + typeName.substring(0, Math.min(20, typeName.length())) + ", but only "
                        + Arrays.toString(Type.values()) + " are read; convert it to F32"));
        JsonNode shape = value.path("shape");
        if (!shape.isArray() || shape.size() > MOST_SIDES) {
            throw refuse("has the tensor " + name + " of " + shape.size() + " axes, but wants a list of at most "
                    + MOST_SIDES);
        }
        long[] sides = new long[shape.size()];
        for (int i = 0; i < sides.length; i++) {
            sides[i] = whole(shape.get(i));
        }
        long begin = whole(value.path("data_offsets").path(0));
        long end = whole(value.path("data_offsets").path(1));
        if (begin < 0 || end > dataSize || end - begin != bytes(type, sides) || end - begin > Integer.MAX_VALUE - 8) {
            throw refuse("has the tensor " + name + " of shape " + Arrays.toString(sides)
                    + " that does not fit its place, bytes " + begin + " to " + end + " of " + dataSize);
        }
        return new Place(new Entry(name, type, sides), begin);
    }

    /** A whole number, -1 where it is none. */
    private static long whole(JsonNode number) {
        return number.isIntegralNumber() && number.canConvertToLong() ? number.longValue() : -1;
    }

    /** Bytes of a shape, -1 where a side is negative or the product is too large. */
    private static long bytes(Type type, long[] sides) {
        try {
            return Arrays.stream(sides).anyMatch(side -> side < 0) ? -1 : new Entry("", type, sides).bytes();
        } catch (ArithmeticException e) {
            return -1;
        }
    }

    /** Each byte belongs to one tensor, as the format says; so tensors cannot be larger than their file. */
    private void checkPlaces() throws FileRefused {
        places.sort(Comparator.comparingLong(Place::begin));
        long end = 0;
        for (Place place : places) {
            if (place.begin() != end) {
                throw refuse("has the tensor " + place.entry().name() + " that begins at byte " + place.begin()
                        + " of the values, but the one before it ends at " + end);
            }
            end += place.entry().bytes();
        }
        if (end != dataSize) {
            throw refuse("has " + dataSize + " bytes of values, but its tensors take " + end);
        }
    }
}
