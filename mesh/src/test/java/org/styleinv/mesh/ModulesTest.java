package org.styleinv.mesh;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.Architectures.LayeredArchitecture;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The directions of ADR 0011: what a module's classes use of other modules. A package below {@code org.styleinv} is a module. */
@Tag("thorough")
class ModulesTest {
    private static final Set<String> SERVICE = Set.of("door", "gate", "network", "proto", "telemetry");

    /** For each module, those that it may use. */
    private static final Map<String, Set<String>> MAY_USE = Map.ofEntries(
            Map.entry("proto", Set.of()),
            Map.entry("broker", Set.of()),
            Map.entry("network", Set.of()),
            Map.entry("video", Set.of()),
            Map.entry("fixture", Set.of("broker", "proto")),
            Map.entry("client", Set.of("proto")),
            Map.entry("telemetry", Set.of("proto")),
            Map.entry("gate", Set.of("proto")),
            Map.entry("door", Set.of("gate", "proto", "telemetry")),
            Map.entry("encoder", SERVICE),
            Map.entry("decoder", SERVICE),
            Map.entry("motion", SERVICE),
            Map.entry("trainer", Set.of("door", "gate", "network", "proto", "video")),
            Map.entry("studio", Set.of("client", "gate", "proto", "telemetry", "video")),
            Map.entry(
                    "mesh",
                    Set.of(
                            "broker",
                            "client",
                            "decoder",
                            "door",
                            "encoder",
                            "gate",
                            "motion",
                            "network",
                            "proto",
                            "studio",
                            "telemetry",
                            "trainer",
                            "video")));

    private static final int MOST_FILES = 15;

    private static JavaClasses classes;

    @BeforeAll
    static void read() {
        classes = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("org.styleinv");
    }

    private static LayeredArchitecture directions(Map<String, Set<String>> mayUse) {
        LayeredArchitecture modules = layeredArchitecture().consideringOnlyDependenciesInAnyPackage("org.styleinv..");
        for (String module : mayUse.keySet()) {
            modules = modules.layer(module).definedBy("org.styleinv." + module + "..");
        }
        for (Map.Entry<String, Set<String>> module : new TreeMap<>(mayUse).entrySet()) {
            modules = module.getValue().isEmpty()
                    ? modules.whereLayer(module.getKey()).mayNotAccessAnyLayer()
                    : modules.whereLayer(module.getKey())
                            .mayOnlyAccessLayers(module.getValue().toArray(String[]::new));
        }
        return modules.ensureAllClassesAreContainedInArchitecture();
    }

    @Test
    void aModuleUsesOnlyThoseBelowIt() {
        directions(MAY_USE).check(classes);
    }

    @Test
    void anImportThatIsNotAllowedIsFound() {
        Map<String, Set<String>> stricter = new TreeMap<>(MAY_USE);
        Set<String> motion = new HashSet<>(SERVICE);
        motion.remove("door");
        stricter.put("motion", motion);
        var violations = directions(stricter).evaluate(classes);
        assertTrue(violations.hasViolation());
        assertFalse(violations.getFailureReport().getDetails().stream()
                .noneMatch(line -> line.contains("org.styleinv.motion.") && line.contains("org.styleinv.door.")));
    }

    @Test
    void noModulesUseEachOther() {
        slices().matching("org.styleinv.(*)..").should().beFreeOfCycles().check(classes);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "broker",
                "client",
                "decoder",
                "door",
                "encoder",
                "fixture",
                "gate",
                "mesh",
                "motion",
                "network",
                "proto",
                "studio",
                "telemetry",
                "trainer",
                "video"
            })
    void noPackagesOfAModuleUseEachOther(String module) {
        slices().assignedFrom(new Packages("org.styleinv." + module))
                .should()
                .beFreeOfCycles()
                .check(classes);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "broker",
                "client",
                "decoder-service",
                "door",
                "encoder-service",
                "fixture",
                "gate",
                "mesh",
                "motion-service",
                "network",
                "proto",
                "studio",
                "telemetry",
                "trainer-service",
                "video"
            })
    void everyPackageIsSmallAndSaysWhatItIsFor(String module) throws IOException {
        Path sources = Path.of(System.getProperty("basedir", ".")).resolve("../" + module + "/src/main/java");
        try (Stream<Path> all = Files.walk(sources)) {
            Map<Path, List<Path>> packages = all.filter(
                            path -> path.toString().endsWith(".java") && !path.endsWith("module-info.java"))
                    .collect(Collectors.groupingBy(Path::getParent));
            assertFalse(packages.isEmpty(), sources.toString());
            for (Map.Entry<Path, List<Path>> one : packages.entrySet()) {
                Path folder = one.getKey();
                assertTrue(
                        one.getValue().size() <= MOST_FILES,
                        folder + " has " + one.getValue().size() + " files");
                Path info = folder.resolve("package-info.java");
                assertTrue(one.getValue().contains(info), folder + " does not say what it is for");
                assertTrue(
                        Files.readString(info).contains("\n@NullMarked"),
                        folder + " does not say that null is @Nullable");
            }
        }
    }

    /** Quarkus would record its methods in another order from build to build, and images differ (ADR 0019). */
    @Test
    void noResourceHasBothGetAndDelete() {
        List<JavaClass> deleting = classes.stream()
                .filter(one -> one.getMethods().stream().anyMatch(method -> method.isAnnotatedWith(DELETE.class)))
                .toList();
        assertFalse(deleting.isEmpty());
        for (JavaClass one : deleting) {
            assertTrue(
                    one.getMethods().stream().noneMatch(method -> method.isAnnotatedWith(GET.class)),
                    one.getName() + " has GET and DELETE: move one to a resource of its own");
        }
    }

    /** Each package of a module, by itself. */
    private record Packages(String module) implements SliceAssignment {
        @Override
        public SliceIdentifier getIdentifierOf(JavaClass one) {
            String name = one.getPackageName();
            return name.equals(module) || name.startsWith(module + ".")
                    ? SliceIdentifier.of(name)
                    : SliceIdentifier.ignore();
        }

        @Override
        public String getDescription() {
            return "packages of " + module;
        }
    }
}
