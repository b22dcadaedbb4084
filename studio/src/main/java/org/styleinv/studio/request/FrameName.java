package org.styleinv.studio.request;

import org.styleinv.proto.wire.StatusText;
import org.styleinv.studio.problem.Problem;

/** The last part of a frame's address: {@code 42.png}. */
public record FrameName(long index, Form form) {
    /** As what a frame is sent. */
    public enum Form {
        PNG("image/png"),
        JPG("image/jpeg"),
        WEBP("image/webp");

        private final String mediaType;

        Form(String mediaType) {
            this.mediaType = mediaType;
        }

        public String mediaType() {
            return mediaType;
        }

        public String ending() {
            return Query.lower(this);
        }
    }

    public static FrameName parse(String name) {
        int dot = name.lastIndexOf('.');
        if (dot >= 0) {
            for (Form form : Form.values()) {
                if (form.ending().equals(name.substring(dot + 1))) {
                    return new FrameName(index(name.substring(0, dot)), form);
                }
            }
        }
        throw Problem.of(
                404,
                "a frame is INDEX.png, INDEX.jpg or INDEX.webp, as in /v1/frames/42.png?seed=7, got \""
                        + StatusText.of(name) + "\"");
    }

    private static long index(String text) {
        try {
            if (text.length() <= 20) {
                return Long.parseLong(text);
            }
        } catch (NumberFormatException e) {
            // told below
        }
        throw Problem.bad("the index of a frame is an integer from 0 to 2^53, got \"" + StatusText.of(text) + "\"");
    }
}
