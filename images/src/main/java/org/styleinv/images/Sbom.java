package org.styleinv.images;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.cyclonedx.Version;
import org.cyclonedx.exception.GeneratorException;
import org.cyclonedx.exception.ParseException;
import org.cyclonedx.generators.BomGeneratorFactory;
import org.cyclonedx.model.Bom;
import org.cyclonedx.model.Component;
import org.cyclonedx.model.Hash;
import org.cyclonedx.model.License;
import org.cyclonedx.model.LicenseChoice;
import org.cyclonedx.model.Metadata;
import org.cyclonedx.parsers.JsonParser;
import org.cyclonedx.util.LicenseResolver;

/** The bill of materials of an image, as CycloneDX 1.6 and as a list for people. Without a date: equal parts, equal bytes. */
final class Sbom {
    private static final Version VERSION = Version.VERSION_16;

    private static final Pattern AMBIGUOUS = Pattern.compile("(The )?(New )?BSD( License)?");

    private final Part image;
    private final List<Part> parts;

    /**
     * @param image what the bill is of
     * @param parts in any order, each once or more often
     */
    Sbom(Part image, List<Part> parts) {
        this.image = image;
        this.parts = parts.stream()
                .distinct()
                .sorted(Comparator.comparing(Part::group)
                        .thenComparing(Part::name)
                        .thenComparing(Part::version)
                        .thenComparing(Part::toString))
                .toList();
    }

    /** Writes it, after its own schema found it good. */
    void writeCycloneDx(Path file) throws IOException {
        var bom = new Bom();
        bom.setSerialNumber(
                "urn:uuid:" + UUID.nameUUIDFromBytes((image + "\n" + parts).getBytes(StandardCharsets.UTF_8)));
        var metadata = new Metadata();
        metadata.setTimestamp(null);
        metadata.setComponent(component(image));
        bom.setMetadata(metadata);
        parts.forEach(part -> bom.addComponent(component(part)));
        try {
            String text = BomGeneratorFactory.createJson(VERSION, bom).toJsonString();
            List<ParseException> wrong = new JsonParser().validate(text.getBytes(StandardCharsets.UTF_8), VERSION);
            if (!wrong.isEmpty()) {
                throw new IOException("the bill of materials of " + image.name() + " is no CycloneDX: "
                        + wrong.get(0).getMessage());
            }
            Files.writeString(file, text);
        } catch (GeneratorException e) {
            throw new IOException("the bill of materials of " + image.name() + ": " + e.getMessage(), e);
        }
    }

    /** A line a part, by licence. */
    void writeLicences(Path file) throws IOException {
        String text = parts.stream()
                .map(part -> String.format(
                        Locale.ROOT,
                        "%s: %s %s",
                        String.join(
                                "; ", part.licences().stream().map(Sbom::name).toList()),
                        part.group().isEmpty() ? part.name() : part.group() + ":" + part.name(),
                        part.version()))
                .sorted()
                .distinct()
                .collect(Collectors.joining(
                        "\n",
                        "Licences of what is in " + image.name() + " " + image.version()
                                + ".\nTexts: /licences, /java/legal, and META-INF in each jar.\n\n",
                        "\n"));
        Files.writeString(file, text);
    }

    private static Component component(Part part) {
        var component = new Component();
        component.setType(part.type());
        if (!part.group().isEmpty()) {
            component.setGroup(part.group());
        }
        component.setName(part.name());
        component.setVersion(part.version());
        component.setPurl(part.purl());
        if (part.purl() != null) {
            component.setBomRef(part.purl());
        }
        if (part.sha256() != null) {
            component.addHash(new Hash(Hash.Algorithm.SHA_256, part.sha256()));
        }
        var choice = new LicenseChoice();
        part.licences().forEach(name -> choice.addLicense(licence(name)));
        component.setLicenses(choice);
        return component;
    }

    private static License licence(String said) {
        // The resolver takes "The BSD License" for the one of four clauses, which it hardly ever is.
        LicenseChoice known = AMBIGUOUS.matcher(said).matches() ? null : LicenseResolver.resolve(said, false);
        if (known != null && known.getLicenses() != null && !known.getLicenses().isEmpty()) {
            return known.getLicenses().get(0);
        }
        var licence = new License();
        licence.setName(said);
        return licence;
    }

    private static String name(String said) {
        License licence = licence(said);
        return licence.getId() == null ? said : licence.getId();
    }
}
