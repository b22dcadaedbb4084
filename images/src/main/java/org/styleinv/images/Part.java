package org.styleinv.images;

import java.util.List;
import org.cyclonedx.model.Component;
import org.jspecify.annotations.Nullable;

/**
 * Something of an image that somebody made and gave under a licence.
 *
 * @param purl     its address among packages, such as {@code pkg:maven/ai.djl/api@0.36.0?type=jar}; null where it has none
 * @param sha256   of its file, or null where it is several
 * @param licences by SPDX's name where it is known, else as its makers call it; never empty
 */
record Part(
        Component.Type type,
        String group,
        String name,
        String version,
        @Nullable String purl,
        @Nullable String sha256,
        List<String> licences) {
    Part {
        licences = List.copyOf(licences);
        if (licences.isEmpty()) {
            throw new IllegalArgumentException(group + ":" + name + " " + version
                    + " has no licence, and an image wants to say under which it is");
        }
    }
}
