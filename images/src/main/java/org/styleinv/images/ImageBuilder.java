package org.styleinv.images;

import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.InvalidImageReferenceException;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.JibContainer;
import com.google.cloud.tools.jib.api.JibContainerBuilder;
import com.google.cloud.tools.jib.api.TarImage;
import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.ImageFormat;
import com.google.cloud.tools.jib.api.buildplan.Platform;
import com.google.cloud.tools.jib.api.buildplan.Port;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.cyclonedx.model.Component;
import org.styleinv.images.generated.SteadyJar;

/**
 * Writes an image as a file that {@code podman load}, {@code docker load} and {@code ctr images import} take. Its layers, those that
 * change least first: what the system has to have, Java, native libraries, others' jars, a model, our jars and what Quarkus
 * made, the bill of materials. Nothing in it depends on when, where or in which folder it was made.
 */
final class ImageBuilder {
    static final String SCRATCH = "scratch";
    private static final String BESIDE = "/natives/system";

    private final JavaRuntime runtime;
    private final Coordinates coordinates;
    private final String base;
    private final String version;
    private final ImageFormat format;
    private final Path out;

    /**
     * @param base {@code scratch}; a folder that is the root of a file system; {@code tar:///FILE}, {@code docker://NAME} or a name in a
     *     registry, as jib takes them. But for scratch it has to have a glibc no older than this machine's
     * @param format of the archives
     * @param out  for images, bills of materials, and below {@code work} what is of no use to others
     */
    ImageBuilder(
            JavaRuntime runtime, Coordinates coordinates, String base, String version, ImageFormat format, Path out) {
        this.runtime = runtime;
        this.coordinates = coordinates;
        this.base = base;
        this.version = version;
        this.format = format;
        this.out = out;
    }

    /** An application laid out as an image has it. */
    private static final class Content {
        final Tree torch = new Tree("torch");
        final Tree other = new Tree("natives");
        final Tree libraries = new Tree("libraries");
        final Tree own = new Tree("application");
    }

    Built build(Recipe recipe) throws IOException, InterruptedException {
        if (!Files.exists(recipe.application().resolve("quarkus-run.jar"))) {
            throw new IOException("there is no " + recipe.application().resolve("quarkus-run.jar")
                    + ": package the applications first, as mvn -Pimages -pl images -am package does");
        }
        Content content = content(recipe);
        Tree java = new Tree("java").addAll("/java", runtime.folder());
        List<Path> needed = new ArrayList<>(content.torch.files().values());
        needed.add(runtime.folder().resolve("bin/java"));
        var libraries = new SystemLibraries(
                List.of(
                        java.files().values().stream()
                                .filter(ImageBuilder::isNative)
                                .toList(),
                        content.torch.files().values(),
                        content.other.files().values()),
                needed);
        for (Tree tree : List.of(java, content.other)) {
            tree.files().values().removeIf(libraries.useless()::contains);
        }

        Tree system = base.equals(SCRATCH) ? libraries.all() : libraries.beside(BESIDE);
        Tree licences = new Tree("licences");
        List<Part> parts = new ArrayList<>(SystemLibraries.parts(system, licences));
        parts.addAll(coordinates.parts(recipe.application()));
        parts.add(runtimePart());
        Path folder = Folders.fresh(out.resolve("work").resolve(recipe.shortName()));
        Tree models = new Tree("model");
        for (Map.Entry<String, Path> model : new TreeMap<>(recipe.models()).entrySet()) {
            models.addAll("/model/" + model.getKey(), model.getValue());
            parts.add(Models.part(model.getKey(), model.getValue()));
        }
        addBill(recipe, parts, licences);

        JibContainerBuilder image = base();
        if (base.equals(SCRATCH)) {
            addEtc(system, folder, recipe.user());
        }
        for (Tree tree :
                List.of(system, java, content.torch, content.other, content.libraries, models, content.own, licences)) {
            if (!tree.isEmpty()) {
                image.addFileEntriesLayer(tree.layer());
            }
        }
        return write(recipe, image);
    }

    /** What the system asks for by name: who is who, and that hosts are looked up in files and then by DNS. */
    private static void addEtc(Tree system, Path folder, int user) throws IOException {
        Map<String, String> etc = Map.of(
                "passwd", "root:x:0:0:root:/:/nonexistent\nstyleinv:x:" + user + ":" + user + "::/:/nonexistent\n",
                "group", "root:x:0:\nstyleinv:x:" + user + ":\n",
                "nsswitch.conf", "passwd: files\ngroup: files\nhosts: files dns\n");
        for (Map.Entry<String, String> file : etc.entrySet()) {
            system.add("/etc/" + file.getKey(), Files.writeString(folder.resolve(file.getKey()), file.getValue()));
        }
        system.writable("/tmp", Files.createDirectories(folder.resolve("tmp")));
    }

    private static boolean isNative(Path file) {
        String name = file.getFileName().toString();
        return name.endsWith(".so") || name.equals("java") || name.equals("jspawnhelper");
    }

    private Content content(Recipe recipe) throws IOException {
        var content = new Content();
        Path application = recipe.application();
        for (Path file : Tree.filesIn(application)) {
            String target = "/app/" + application.relativize(file);
            String name = file.getFileName().toString();
            if (!target.startsWith("/app/lib/") || name.startsWith("org.styleinv.")) {
                content.own.add(target, name.equals("generated-bytecode.jar") ? steady(file) : file);
            } else {
                content.libraries.add(target, withoutNatives(file, recipe.natives(), content));
            }
        }
        return content;
    }

    private Path steady(Path jar) throws IOException {
        Path folder = Folders.fresh(out.resolve("work/apart").resolve(Digests.sha256(jar)));
        Path steady = folder.resolve(jar.getFileName());
        SteadyJar.write(jar, steady);
        return steady;
    }

    /** The jar itself, or the rest of it, its natives added to the content. Jars that were taken apart before are known by digest. */
    private Path withoutNatives(Path jar, Natives natives, Content content) throws IOException {
        Path apart = out.resolve("work/apart").resolve(Digests.sha256(jar));
        Path slim = apart.resolve(jar.getFileName());
        if (!Files.exists(slim)) {
            Path fresh = Folders.fresh(apart.resolveSibling(apart.getFileName() + ".new"));
            if (!natives.take(jar, fresh, fresh.resolve(jar.getFileName()))) {
                Folders.delete(fresh);
                return jar;
            }
            Folders.delete(apart);
            Files.move(fresh, apart);
        }
        Path folder = apart.resolve("natives");
        if (Files.exists(folder)) {
            for (Path file : Tree.filesIn(folder)) {
                String target = "/natives/" + folder.relativize(file);
                (target.startsWith(Natives.TORCH) ? content.torch : content.other).add(target, file);
            }
        }
        return slim;
    }

    private Part runtimePart() {
        return new Part(
                Component.Type.PLATFORM,
                "openjdk",
                "java-runtime",
                runtime.version() + " " + runtime.vendor(),
                null,
                null,
                List.of("GPL-2.0-with-classpath-exception"));
    }

    private void addBill(Recipe recipe, List<Part> parts, Tree licences) throws IOException {
        var image = new Part(
                Component.Type.CONTAINER, "styleinv", recipe.shortName(), version, null, null, List.of("Apache-2.0"));
        var sbom = new Sbom(image, parts);
        Path bill = out.resolve(recipe.shortName() + ".cdx.json");
        Path list = out.resolve(recipe.shortName() + ".licences.txt");
        sbom.writeCycloneDx(bill);
        sbom.writeLicences(list);
        licences.add("/licences/bom.cdx.json", bill).add("/licences/licences.txt", list);
    }

    private JibContainerBuilder base() throws IOException {
        try {
            if (base.equals(SCRATCH)) {
                return Jib.fromScratch();
            }
            return Files.isDirectory(Path.of(base))
                    ? Jib.fromScratch()
                            .addFileEntriesLayer(
                                    new Tree("base").addAll("", Path.of(base)).layer())
                    : Jib.from(base);
        } catch (InvalidImageReferenceException e) {
            throw new IOException(
                    "image.base is \"" + base
                            + "\", and scratch, a folder, tar:///FILE, docker://NAME or a name in a registry is wanted",
                    e);
        }
    }

    private Built write(Recipe recipe, JibContainerBuilder image) throws IOException, InterruptedException {
        Map<String, String> environment = new TreeMap<>(recipe.environment());
        if (!base.equals(SCRATCH)) {
            environment.put("LD_LIBRARY_PATH", BESIDE);
        }
        String name = recipe.name() + ":" + version;
        Path tar = out.resolve(recipe.shortName() + ".tar");
        Path cache = out.resolve("work/layers");
        try {
            JibContainer built = image.setEntrypoint(recipe.entrypoint())
                    .setProgramArguments(List.of())
                    .setEnvironment(environment)
                    .setExposedPorts(
                            Set.copyOf(recipe.ports().stream().map(Port::tcp).toList()))
                    .setWorkingDirectory(AbsoluteUnixPath.get("/app"))
                    .setUser(Integer.toString(recipe.user()))
                    .setCreationTime(Instant.EPOCH)
                    .setPlatforms(Set.of(new Platform(recipe.natives().machine(), "linux")))
                    .setLabels(labels(recipe))
                    .setFormat(format)
                    .containerize(Containerizer.to(TarImage.at(tar).named(name))
                            .setOfflineMode(base.equals(SCRATCH) || Files.isDirectory(Path.of(base)))
                            .setAlwaysCacheBaseImage(false)
                            .setToolName("styleinv")
                            .setBaseImageLayersCache(cache)
                            .setApplicationLayersCache(cache));
            return new Built(
                    recipe.shortName(),
                    name,
                    built.getDigest().toString(),
                    built.getImageId().toString(),
                    tar.getFileName().toString(),
                    Files.size(tar));
        } catch (java.util.concurrent.ExecutionException
                | com.google.cloud.tools.jib.api.RegistryException
                | com.google.cloud.tools.jib.api.CacheDirectoryCreationException
                | InvalidImageReferenceException e) {
            throw new IOException("the image " + name + " could not be made: " + e.getMessage(), e);
        }
    }

    private Map<String, String> labels(Recipe recipe) {
        return Map.of(
                "org.opencontainers.image.title",
                "styleinv " + recipe.shortName(),
                "org.opencontainers.image.version",
                version,
                "org.opencontainers.image.licenses",
                "Apache-2.0",
                "org.opencontainers.image.base.name",
                base.equals(SCRATCH) ? SCRATCH : "as given to the build");
    }
}
