package org.styleinv.proto.wire;

import java.security.SecureRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Name of a stream, {@code p<partition>-<random>}. It carries the partition that its frames come back on at first; when that is
 * another replica's, they come back on another and the name stays. A latent says which partition it is now.
 *
 * @param partition of every {@code styleinv.frames.*} topic, from 0
 * @param random 16 characters that make the stream one of its kind
 */
public record StreamId(int partition, String random) {
    private static final Pattern FORM = Pattern.compile("p(\\d{1,6})-([a-z0-9]{16})");
    private static final SecureRandom RANDOM = new SecureRandom();

    public StreamId {
        if (partition < 0) {
            throw new IllegalArgumentException("a stream's reply partition must be 0 or more, got " + partition);
        }
    }

    /** A new stream that answers on that partition. */
    public static StreamId on(int partition) {
        StringBuilder random = new StringBuilder();
        for (int i = 0; i < 16; i++) {
            random.append(Character.forDigit(RANDOM.nextInt(36), 36));
        }
        return new StreamId(partition, random.toString());
    }

    public static StreamId parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("stream id \"" + text + "\" does not look like p3-0123456789abcdef");
        }
        return new StreamId(Integer.parseInt(matcher.group(1)), matcher.group(2));
    }

    @Override
    public String toString() {
        return "p" + partition + "-" + random;
    }
}
