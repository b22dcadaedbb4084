package org.styleinv.images;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.cyclonedx.model.Component;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.SAXException;

/**
 * Who made the jars of a packaged application: their coordinates, which Quarkus lists beside them, and the licences that their
 * poms, or the parents of these, name.
 */
final class Coordinates {
    private static final String OURS = "org.styleinv";

    private final Path repository;
    private final Map<Path, List<String>> licences = new HashMap<>();

    /** @param repository Maven's local one, in which the poms are */
    Coordinates(Path repository) {
        this.repository = repository;
    }

    /** One artifact: {@code group:name:classifier:type:version}, the classifier often empty. */
    private record Artifact(String group, String name, String classifier, String type, String version) {
        static Artifact of(String line) {
            String[] part = line.split(":", -1);
            if (part.length != 5) {
                throw new IllegalArgumentException("\"" + line + "\" is no group:name:classifier:type:version");
            }
            return new Artifact(part[0], part[1], part[2], part[3], part[4]);
        }

        /** As Quarkus names the file. */
        String file() {
            return group + "." + name + "-" + version + (classifier.isEmpty() ? "" : "-" + classifier) + "." + type;
        }

        String purl() {
            String of = classifier.isEmpty() ? "" : "classifier=" + classifier + "&";
            return "pkg:maven/" + group + "/" + name + "@" + version + "?" + of + "type=" + type;
        }
    }

    /**
     * A part for each jar below {@code lib}.
     *
     * @param application the folder {@code quarkus-app}
     */
    List<Part> parts(Path application) throws IOException {
        Map<String, Artifact> known = new HashMap<>();
        for (String line : Files.readAllLines(application.resolve("quarkus-app-dependencies.txt"))) {
            Artifact artifact = Artifact.of(line);
            known.put(artifact.file(), artifact);
        }
        List<Part> parts = new ArrayList<>();
        for (Path jar : Tree.filesIn(application.resolve("lib"))) {
            Artifact artifact = Optional.ofNullable(known.get(jar.getFileName().toString()))
                    .orElseThrow(() -> new IllegalStateException(
                            jar + " is not in quarkus-app-dependencies.txt: package the application anew"));
            parts.add(new Part(
                    Component.Type.LIBRARY,
                    artifact.group,
                    artifact.name,
                    artifact.version,
                    artifact.purl(),
                    Digests.sha256(jar),
                    licences(artifact)));
        }
        return parts;
    }

    private List<String> licences(Artifact artifact) throws IOException {
        if (artifact.group.equals(OURS)) {
            return List.of("Apache-2.0");
        }
        return licences(artifact.group, artifact.name, artifact.version);
    }

    private List<String> licences(String group, String name, String version) throws IOException {
        Path pom = repository
                .resolve(group.replace('.', '/'))
                .resolve(name)
                .resolve(version)
                .resolve(name + "-" + version + ".pom");
        List<String> known = licences.get(pom);
        if (known == null) {
            known = read(pom);
            licences.put(pom, known);
        }
        return known;
    }

    private List<String> read(Path pom) throws IOException {
        if (!Files.exists(pom)) {
            throw new IOException(
                    "there is no " + pom + ", which says under what licence a library is: run Maven without -o once");
        }
        Element project = root(pom);
        List<String> names = new ArrayList<>();
        child(project, "licenses").ifPresent(all -> {
            for (Element licence : children(all, "license")) {
                child(licence, "name").map(Coordinates::text).ifPresent(names::add);
            }
        });
        Optional<Element> parent = child(project, "parent");
        if (!names.isEmpty() || parent.isEmpty()) {
            return names;
        }
        return licences(text(parent.get(), "groupId"), text(parent.get(), "artifactId"), text(parent.get(), "version"));
    }

    private static Element root(Path pom) throws IOException {
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            return factory.newDocumentBuilder().parse(pom.toFile()).getDocumentElement();
        } catch (ParserConfigurationException | SAXException e) {
            throw new IOException(pom + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static List<Element> children(Element of, String name) {
        List<Element> found = new ArrayList<>();
        for (Node node = of.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof Element element && element.getTagName().equals(name)) {
                found.add(element);
            }
        }
        return found;
    }

    private static Optional<Element> child(Element of, String name) {
        return children(of, name).stream().findFirst();
    }

    private static String text(Element of, String name) {
        return child(of, name).map(Coordinates::text).orElseThrow();
    }

    private static String text(Element of) {
        return of.getTextContent().strip().replaceAll("\\s+", " ");
    }
}
