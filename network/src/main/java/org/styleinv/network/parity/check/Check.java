package org.styleinv.network.parity.check;

/**
 * One reference array against ours, or one thing that could not be compared.
 *
 * @param file without folder
 * @param array its name in the file; a parameter's name in a file of gradients; empty for a whole file
 * @param maxAbs largest absolute difference; infinite where nothing could be compared
 * @param maxRel the same relative to the largest reference value
 * @param tolerance of {@code maxRel}, or of {@code maxAbs} where the values are counts or pixels
 * @param note why it could not be compared, or what was allowed for, else empty
 */
public record Check(
        String file, String array, double maxAbs, double maxRel, double tolerance, boolean ok, String note) {

    /** Whether both sides were there to be compared; else the set is damaged, or of something unknown, and the note says how. */
    public boolean made() {
        return ok || note.isEmpty();
    }

    public Check noted(String words) {
        return new Check(file, array, maxAbs, maxRel, tolerance, ok, words);
    }

    public static Check failed(String file, String array, String note) {
        return new Check(file, array, Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY, 0, false, note);
    }
}
