package org.styleinv.proto.wire;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/** Names of Kafka record headers. Values are UTF-8 text, numbers in decimal, so that any tool can filter by them. */
public final class WireHeaders {
    public static final String STREAM = "stream";
    public static final String INDEX = "index";
    public static final String VARIANT = "variant";
    public static final String ENCODING = "encoding";
    /**
     * Version of the messages: raised when an old reader would misread a new record. A reader refuses what it does not know;
     * a record that does not say is of the first.
     */
    public static final String VERSION = "version";
    /** The version that is written and read here. */
    public static final int THIS_VERSION = 1;
    /** Of a frame: name of the variant that is mixed into it. */
    public static final String BLEND = "blend";
    /** Digest of the model that made the record's content. */
    public static final String MODEL = "model";
    /** W3C trace context, passed on from latent to frame as it came; whose flag says that it is kept has spans. */
    public static final String TRACE = "traceparent";
    /** Of a mesh with keys: KEY:BASE64, the name of a key and by it the HMAC-SHA256 of topic, key, stream, index and value, each behind its length. */
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
                .filter(version -> !version.equals(String.valueOf(THIS_VERSION)))
                .map(version -> "the record's version is \"" + version + "\", but " + THIS_VERSION
                        + " is read here; have all services the same release?");
    }

    /** The last header of that name. */
    public static Optional<String> text(Headers headers, String name) {
        Header header = headers.lastHeader(name);
        return header == null || header.value() == null
                ? Optional.empty()
                : Optional.of(new String(header.value(), StandardCharsets.UTF_8));
    }
}
