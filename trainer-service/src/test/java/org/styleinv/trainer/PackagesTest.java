package org.styleinv.trainer;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.Architectures.LayeredArchitecture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The packages of this module: which may use which, how large one may be, and that each says what it is for. */
class PackagesTest {
    private static final String ROOT = "org.styleinv.trainer";
    private static final Path SOURCES = Path.of("src", "main", "java", "org", "styleinv", "trainer");
    private static final int MOST_FILES = 15;

    /** For each package right below the root, with those inside it, what it may use. */
    private static final Map<String, Set<String>> MAY_USE = Map.of(
            "command", Set.of("run", "preset", "stage", "critic", "device", "evaluate", "data", "state", "watch"),
            "run", Set.of("preset", "stage", "critic", "evaluate", "data", "state"),
            "preset", Set.of("stage", "data", "state"),
            "stage", Set.of("critic", "device", "evaluate", "data", "state"),
            "critic", Set.of("device", "data"),
            "device", Set.of(),
            "evaluate", Set.of("data", "state"),
            "data", Set.of(),
            "state", Set.of(),
            "watch", Set.of());

    private static JavaClasses classes;

    @BeforeAll
    static void read() {
        classes = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages(ROOT);
    }

    private static LayeredArchitecture directions(Map<String, Set<String>> mayUse) {
        LayeredArchitecture packages = layeredArchitecture().consideringOnlyDependenciesInAnyPackage(ROOT + "..");
        for (String one : mayUse.keySet()) {
            packages = packages.layer(one).definedBy(ROOT + "." + one + "..");
        }
        for (Map.Entry<String, Set<String>> one : new TreeMap<>(mayUse).entrySet()) {
            packages = one.getValue().isEmpty()
                    ? packages.whereLayer(one.getKey()).mayNotAccessAnyLayer()
                    : packages.whereLayer(one.getKey())
                            .mayOnlyAccessLayers(one.getValue().toArray(String[]::new));
        }
        return packages.ensureAllClassesAreContainedInArchitecture();
    }

    @Test
    void aPackageUsesOnlyThoseBelowIt() {
        directions(MAY_USE).check(classes);
    }

    @Test
    void anImportThatIsNotAllowedIsFound() {
        Map<String, Set<String>> stricter = new TreeMap<>(MAY_USE);
        stricter.put("critic", Set.of("device"));
        var violations = directions(stricter).evaluate(classes);
        assertTrue(violations.hasViolation());
        assertTrue(violations.getFailureReport().getDetails().stream()
                .allMatch(line -> line.contains(ROOT + ".critic.") && line.contains(ROOT + ".data.")));
    }

    /** Each package by itself, those inside others, too. */
    @Test
    void noPackagesUseEachOther() {
        slices().matching("org.styleinv.(**)").should().beFreeOfCycles().check(classes);
    }

    @Test
    void noPackageIsTooLargeToLookThrough() throws IOException {
        Map<Path, Long> large = files().entrySet().stream()
                .filter(one -> one.getValue().size() > MOST_FILES)
                .collect(Collectors.toMap(
                        Map.Entry::getKey, one -> (long) one.getValue().size()));
        assertEquals(Map.of(), large, "files of a package, at most " + MOST_FILES);
    }

    @Test
    void everyPackageSaysWhatItIsFor() throws IOException {
        assertFalse(files().isEmpty());
        List<Path> silent = files().entrySet().stream()
                .filter(one -> !one.getValue().contains("package-info.java"))
                .map(Map.Entry::getKey)
                .toList();
        assertEquals(List.of(), silent, "packages without a package-info.java");
    }

    /** Names of the source files by their package's folder. */
    private static Map<Path, Set<String>> files() throws IOException {
        try (Stream<Path> all = Files.walk(SOURCES)) {
            return all.filter(file -> file.toString().endsWith(".java"))
                    .collect(Collectors.groupingBy(
                            Path::getParent,
                            Collectors.mapping(file -> file.getFileName().toString(), Collectors.toSet())));
        }
    }
}
