package org.styleinv.trainer.data.find;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.styleinv.trainer.data.find.NaturalOrder.Part;

/** What the names of a folder's frames, in their order, say of its numbering. */
final class Numbering {
    private final List<String> names;
    private final List<List<Part>> parts;

    Numbering(List<String> names) {
        this.names = names;
        parts = names.stream()
                .map(name -> NaturalOrder.parts(NaturalOrder.stem(name)))
                .toList();
    }

    /** Two names of one number: which of them is the frame, nobody can tell. */
    Optional<String> doubled() {
        List<String> pairs = new ArrayList<>();
        for (int i = 1; i < names.size(); i++) {
            if (NaturalOrder.compare(parts.get(i - 1), parts.get(i)) == 0) {
                pairs.add(names.get(i - 1) + " and " + names.get(i));
            }
        }
        return pairs.isEmpty()
                ? Optional.empty()
                : Optional.of("has " + pairs.size() + (pairs.size() == 1 ? " frame" : " frames") + " twice ("
                        + String.join(", ", pairs.subList(0, Math.min(3, pairs.size())))
                        + "): keep one of each, for their " + names.size() + " pictures have no sure order");
    }

    List<String> notes() {
        List<String> notes = new ArrayList<>();
        gap().ifPresent(notes::add);
        fractions().ifPresent(notes::add);
        return notes;
    }

    /** Numbers that rise by other steps than the smallest; of names that differ in one number alone. */
    private Optional<String> gap() {
        List<BigDecimal> numbers = numbers();
        if (numbers.size() < 3) {
            return Optional.empty();
        }
        BigDecimal step = numbers.get(1).subtract(numbers.get(0));
        for (int i = 2; i < numbers.size(); i++) {
            step = step.min(numbers.get(i).subtract(numbers.get(i - 1)));
        }
        for (int i = 1; i < numbers.size(); i++) {
            if (numbers.get(i).scale() <= 0
                    && numbers.get(i).subtract(numbers.get(i - 1)).compareTo(step) > 0) {
                return Optional.of("has gaps in its numbers, the first between " + names.get(i - 1) + " and "
                        + names.get(i) + ": its " + names.size() + " pictures follow each other all the same");
            }
        }
        return Optional.empty();
    }

    /** The one number in which the names differ; empty if there is more. */
    private List<BigDecimal> numbers() {
        int differs = -1;
        List<Part> first = parts.get(0);
        for (List<Part> of : parts) {
            if (of.size() != first.size()) {
                return List.of();
            }
            for (int i = 0; i < of.size(); i++) {
                if (of.get(i).compareTo(first.get(i)) != 0) {
                    if (of.get(i).number().isEmpty() || differs >= 0 && differs != i) {
                        return List.of();
                    }
                    differs = i;
                }
            }
        }
        int at = differs;
        return at < 0 || first.get(at).number().isEmpty()
                ? List.of()
                : parts.stream().map(of -> of.get(at).number().orElseThrow()).toList();
    }

    /** Decimal fractions of different lengths: 1.10 is taken for 1.1, but may be meant as the one after 1.9. */
    private Optional<String> fractions() {
        int digits = -1;
        int before = -1;
        for (int i = 0; i < parts.size(); i++) {
            for (Part part : parts.get(i)) {
                int scale = part.number().map(BigDecimal::scale).orElse(0);
                if (scale > 0 && digits >= 0 && scale != digits) {
                    return Optional.of("has fractions in its names, such as " + names.get(before) + " and "
                            + names.get(i) + ": they are read as decimal numbers, so 1.10 comes before 1.9");
                }
                if (scale > 0) {
                    digits = scale;
                    before = i;
                }
            }
        }
        return Optional.empty();
    }
}
