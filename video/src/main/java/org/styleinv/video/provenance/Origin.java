package org.styleinv.video.provenance;

/**
 * How a picture or a video came to be.
 *
 * @param kind    what of it a model made
 * @param model   SHA-256 of the model, and behind it, with a space before each, {@code NAME=SHA-256} of every other variant
 *                that painted; empty where nobody knows
 * @param request what was asked for, as the parameters of an address, so that it can be made again: {@code
 *                seed=7&first_index=42&frames=1}; empty where nobody knows
 */
public record Origin(Kind kind, String model, String request) {
    /** IPTC's terms for where pixels come from, of its NewsCodes "digital source type". */
    public enum Kind {
        /** All of it. */
        GENERATED("trainedAlgorithmicMedia"),
        /** A part; the rest is a picture that was given. */
        COMPOSITE("compositeWithTrainedAlgorithmicMedia");

        private static final String SCHEME = "http://cv.iptc.org/newscodes/digitalsourcetype/";

        private final String term;

        Kind(String term) {
            this.term = SCHEME + term;
        }

        /** The term's address, as metadata have it. */
        public String term() {
            return term;
        }
    }

    /** All of it is made by {@code model}. */
    public static Origin generated(String model, String request) {
        return new Origin(Kind.GENERATED, model, request);
    }
}
