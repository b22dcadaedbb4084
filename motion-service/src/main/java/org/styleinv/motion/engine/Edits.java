package org.styleinv.motion.engine;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.styleinv.network.checkpoint.Directions;
import org.styleinv.proto.Edit;
import org.styleinv.proto.wire.StrengthSchedule;

/**
 * What a stream's latents are changed by: directions of the model with their strengths, added to each latent after the motion
 * has made it. A frame stays a function of its index.
 */
public final class Edits {
    /** Of a stream that shows the face as it is. */
    public static final Edits NONE = new Edits(List.of());

    private static final int MOST = 8;

    private record Named(String direction, StrengthSchedule strength) {}

    private final List<Named> all;

    private Edits(List<Named> all) {
        this.all = all;
    }

    /** A model has no such direction. */
    public static final class UnknownDirection extends IllegalArgumentException {
        private static final long serialVersionUID = 1;

        UnknownDirection(String sentence) {
            super(sentence);
        }
    }

    /**
     * Reads the edits of a request.
     *
     * @throws IllegalArgumentException naming the field, what it got and what it wants
     */
    public static Edits of(List<Edit> edits) {
        if (edits.size() > MOST) {
            throw new IllegalArgumentException(
                    "edits has " + edits.size() + " entries, at most " + MOST + " are applied");
        }
        List<Named> all = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (Edit edit : edits) {
            if (!names.add(edit.getDirection())) {
                throw new IllegalArgumentException(
                        "edits has direction \"" + edit.getDirection() + "\" twice: add their strengths");
            }
            all.add(new Named(
                    edit.getDirection(),
                    StrengthSchedule.parse("direction \"" + edit.getDirection() + "\"", edit.getStrength())));
        }
        return all.isEmpty() ? NONE : new Edits(List.copyOf(all));
    }

    /**
     * Checks that a model has all of these directions.
     *
     * @throws UnknownDirection naming the one that it lacks and those it has
     */
    public void demand(Directions directions) {
        for (Named edit : all) {
            vector(edit, directions);
        }
    }

    private static float[] vector(Named edit, Directions directions) {
        return directions
                .get(edit.direction())
                .orElseThrow(() -> new UnknownDirection("edits has direction \"" + edit.direction()
                        + "\", but the model has "
                        + (directions.names().isEmpty() ? "none" : String.join(", ", directions.names()))
                        + ": `styleinv model directions` finds some"));
    }

    /**
     * The latent of a frame, changed.
     *
     * @param w left as it is
     * @param directions of the model that made it
     */
    float[] applied(float[] w, long index, Directions directions) {
        if (all.isEmpty()) {
            return w;
        }
        float[] edited = w.clone();
        for (Named edit : all) {
            double strength = edit.strength().at(index);
            float[] vector = vector(edit, directions);
            for (int i = 0; i < edited.length; i++) {
                edited[i] += (float) (strength * vector[i]);
            }
        }
        return edited;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Edits edits && edits.all.equals(all);
    }

    @Override
    public int hashCode() {
        return all.hashCode();
    }
}
