package org.styleinv.images;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.cyclonedx.model.Component;

/**
 * What native libraries want of the system: glibc, the C++ library and some more, which an image without a base has to bring.
 * They are taken from the machine that builds, as its dynamic linker finds them.
 */
final class SystemLibraries {
    private static final Pattern FOUND = Pattern.compile("\\s*(?:(\\S+) => )?(/\\S+) \\(0x[0-9a-f]+\\)");
    private static final Pattern MISSING = Pattern.compile("\\s*(\\S+) => not found");

    /** What wants one of these shows windows or plays sound, and no image does. */
    private static final Pattern DISPLAY = Pattern.compile("lib(X11|xcb|gtk-x11|asound|pulse)[-.].*");

    /** glibc's own: a base that a user names has these, and no others of another version may come beside them. */
    private static final Pattern GLIBC =
            Pattern.compile("(ld-linux.*|lib(c|m|dl|rt|pthread|resolv|util|anl|nss_.*|mvec))\\.so\\..*");

    /** glibc opens these by their names, to look up hosts. */
    private static final List<String> BY_NAME = List.of("libnss_files.so.2", "libnss_dns.so.2", "libresolv.so.2");

    private final SortedMap<String, Path> libraries = new TreeMap<>(); // as the linker says: the file itself
    private final SortedSet<Path> useless = new TreeSet<>();

    /**
     * @param groups native files of an image, those together that find each other
     * @param needed those of them without which nothing runs
     */
    SystemLibraries(List<Collection<Path>> groups, Collection<Path> needed) throws IOException, InterruptedException {
        for (Collection<Path> group : groups) {
            Set<String> folders =
                    group.stream().map(SystemLibraries::folder).collect(Collectors.toCollection(TreeSet::new));
            for (Path file : group) {
                add(file, folders, needed.contains(file));
            }
        }
        addByName();
    }

    private void add(Path file, Set<String> folders, boolean isNeeded) throws IOException, InterruptedException {
        SortedMap<String, Path> found = new TreeMap<>();
        List<String> lacks = new ArrayList<>();
        for (String line : run(String.join(":", folders), "ldd", file.toString())) {
            Matcher one = FOUND.matcher(line);
            Matcher none = MISSING.matcher(line);
            if (one.matches()) {
                Path library = Path.of(one.group(2)).normalize(); // java/bin/../lib
                found.put(library.toString(), library);
                if (DISPLAY.matcher(library.getFileName().toString()).matches()) {
                    lacks.add(library.toString());
                }
            } else if (none.matches()) {
                lacks.add(none.group(1));
            }
        }
        if (lacks.isEmpty()) {
            found.values().removeIf(library -> folders.contains(folder(library)));
            libraries.putAll(found);
        } else if (isNeeded) {
            throw new IllegalStateException(file + " wants " + String.join(", ", lacks)
                    + ", which this machine does not have: install it, or build on another");
        } else {
            useless.add(file);
        }
    }

    private void addByName() {
        List<Path> folders = libraries.keySet().stream()
                .filter(name -> name.contains("/libc.so."))
                .map(name -> Path.of(name).getParent())
                .toList();
        for (Path folder : folders) {
            for (String name : BY_NAME) {
                Path file = folder.resolve(name);
                if (Files.exists(file)) {
                    libraries.put(file.toString(), file);
                }
            }
        }
    }

    private static String folder(Path file) {
        Path parent = file.getParent();
        return parent == null ? "" : parent.toString();
    }

    private static List<String> run(String libraryPath, String... command) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().put("LD_LIBRARY_PATH", libraryPath);
        builder.environment().put("LC_ALL", "C");
        Process process = builder.start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return out.lines().toList();
    }

    /** Natives that no image can use: they want a display, or what is not there. */
    SortedSet<Path> useless() {
        return useless;
    }

    /** All, where the linker looks for them. */
    Tree all() throws IOException {
        var tree = new Tree("system");
        for (var library : libraries.entrySet()) {
            tree.add(library.getKey(), library.getValue().toRealPath());
        }
        return tree;
    }

    /**
     * Those that are not glibc's, in a folder of their own.
     *
     * @param folder of the image
     */
    Tree beside(String folder) throws IOException {
        var tree = new Tree("system");
        for (var library : libraries.entrySet()) {
            String name = library.getValue().getFileName().toString();
            if (!GLIBC.matcher(name).matches()) {
                tree.add(folder + "/" + name, library.getValue().toRealPath());
            }
        }
        return tree;
    }

    /** The packages that files of a tree are of, with the texts of their licences added to another tree. */
    static List<Part> parts(Tree system, Tree licences) throws IOException, InterruptedException {
        SortedMap<String, Part> parts = new TreeMap<>();
        for (var file : system.files().entrySet()) {
            String owner = owner(file.getKey(), file.getValue());
            if (owner.isEmpty()) {
                String name = file.getValue().getFileName().toString();
                List<String> licence = List.of("unknown: no package of the machine that built this has it");
                String sha256 = Digests.sha256(file.getValue());
                parts.put(name, new Part(Component.Type.FILE, "", name, sha256, null, sha256, licence));
            } else if (!parts.containsKey(owner)) {
                List<String> said = run("", "dpkg-query", "-W", "-f", "${Package} ${Version} ${Architecture}", owner);
                String[] word = said.get(0).split(" ");
                Path copyright = Path.of("/usr/share/doc", word[0], "copyright");
                licences.add("/licences/debian/" + word[0] + ".txt", copyright.toRealPath());
                String purl = "pkg:deb/debian/" + word[0] + "@"
                        + word[1].replace("+", "%2B").replace(":", "%3A") + "?arch=" + word[2];
                List<String> licence = List.of("see /licences/debian/" + word[0] + ".txt");
                parts.put(owner, new Part(Component.Type.LIBRARY, "debian", word[0], word[1], purl, null, licence));
            }
        }
        return List.copyOf(parts.values());
    }

    /** The Debian package of a file, or nothing. */
    private static String owner(String name, Path file) throws IOException, InterruptedException {
        if (!Files.isExecutable(Path.of("/usr/bin/dpkg-query"))) {
            return "";
        }
        String real = file.toString();
        for (String at : List.of(name, "/usr" + name, real, real.replaceFirst("^/usr", ""))) {
            List<String> said = run("", "dpkg-query", "-S", at);
            if (!said.isEmpty()) {
                return said.get(0).replaceFirst(": .*$", "");
            }
        }
        return "";
    }
}
