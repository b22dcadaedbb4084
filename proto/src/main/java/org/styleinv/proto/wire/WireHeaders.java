package org.styleinv.proto.wire;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/** Names of Kafka record headers. Values are UTF-8 text, numbers in decimal, so that any tool can filter by them. */
public final class WireHeaders {
    public static final String STREAM = "stream";
    public static final String INDEX = "index";
    public static final String VARIANT = "variant";
    public static final String ENCODING = "encoding";
    /**
     * Version of the record's form, 1 or 2: raised when an old reader would misread a new record. A reader refuses what it does not
     * know; a record that does not say is of the first. Of 2 the seal covers this header, too. A frame has its latent's.
     */
    public static final String VERSION = "version";
    /** What every release reads. */
    public static final int FIRST_VERSION = 1;
    /** The last that is read here: what is refused is above it. */
    public static final int NEWEST_VERSION = 2;
    /** Of a frame: name of the variant that is mixed into it. */
    public static final String BLEND = "blend";
    /** Digest of the model that made the record's content. */
    public static final String MODEL = "model";
    /** W3C trace context, passed on from latent to frame as it came; whose flag says that it is kept has spans. */
    public static final String TRACE = "traceparent";
    /** Of a mesh with keys: KEY:BASE64, the name of a key and by it the HMAC-SHA256 of topic, key, stream, index and value, from version 2 on of the version, too, each behind its length. */
    public static final String SEAL = "seal";

    /** Of a refused record: one of a few fixed words. */
    public static final String REASON = "reason";
    /** Of a refused record: the sentence for a person. */
    public static final String CAUSE = "cause";
    /** Of a refused record: {@code topic-partition@offset}. */
    public static final String ORIGIN = "origin";

    private WireHeaders() {}

    public static void put(Headers headers, String name, Object value) {
        headers.add(name, String.valueOf(value).getBytes(StandardCharsets.UTF_8));
    }

    /** Why a record is of another version than is read here, empty if it is not. */
    public static Optional<String> otherVersion(Headers headers) {
        return text(headers, VERSION)
                .filter(version -> known(version).isEmpty())
                .map(version -> "the record's version is \"" + version + "\", but " + FIRST_VERSION + " to "
                        + NEWEST_VERSION
                        + " are read here: upgrade those who read before styleinv.motion.record-version"
                        + " is raised");
    }

    /** The version of a record that is read here. */
    public static int version(Headers headers) {
        return text(headers, VERSION).flatMap(WireHeaders::known).orElse(FIRST_VERSION);
    }

    private static Optional<Integer> known(String version) {
        return IntStream.rangeClosed(FIRST_VERSION, NEWEST_VERSION)
                .boxed()
                .filter(one -> version.equals(String.valueOf(one)))
                .findFirst();
    }

    /** The last header of that name. */
    public static Optional<String> text(Headers headers, String name) {
        Header header = headers.lastHeader(name);
        return header == null || header.value() == null
                ? Optional.empty()
                : Optional.of(new String(header.value(), StandardCharsets.UTF_8));
    }
}
