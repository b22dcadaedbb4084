package org.styleinv.images;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Enumeration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * Native libraries that applications otherwise unpack at each start: taken out of their jars once, when the image is made. The
 * jars stay, without them, for the rest of what is in them says which versions fit.
 */
final class Natives {
    /** The folder of the image in which libtorch is. */
    static final String TORCH = "/natives/torch";

    private static final LocalDateTime TIME = LocalDateTime.of(1980, 2, 1, 0, 0); // zip's first year, in any time zone

    /**
     * What of which jar goes where.
     *
     * @param jar   pattern of file names
     * @param entry pattern of entries, whose first group is the name of the file; {@code MACHINE} is the one that builds
     * @param to    folder of the image
     */
    record Rule(Pattern jar, Pattern entry, String to) {
        Rule on(String machine) {
            return new Rule(jar, Pattern.compile(entry.pattern().replace("MACHINE", machine)), to);
        }
    }

    private final String machine;
    private final List<Rule> rules;
    /** What jars have for other machines. */
    private final Pattern elsewhere =
            Pattern.compile("(jnilib|com/sun/jna)/[^/]+/(.*/)?[^/]+\\.(so|dll|dylib|jnilib|a)");

    /**
     * @param machine {@code amd64} or {@code arm64}
     * @param rules   for any machine
     */
    Natives(String machine, List<Rule> rules) {
        this.machine = machine;
        String spelt = machine.equals("amd64") ? "linux-x86[-_]64" : "linux-(?:aarch64|arm64)";
        this.rules = rules.stream().map(rule -> rule.on(spelt)).toList();
    }

    /** The machine that this runs on. */
    static Natives ofThisMachine(List<Rule> rules) {
        if (!System.getProperty("os.name").equals("Linux")) {
            throw new IllegalStateException("images are made of what a Linux has, and this is "
                    + System.getProperty("os.name") + ": build them on Linux");
        }
        return new Natives(System.getProperty("os.arch").equals("amd64") ? "amd64" : "arm64", rules);
    }

    String machine() {
        return machine;
    }

    /**
     * @param jar in an application
     * @param to  folder for natives, one below it for each folder of the image
     * @param slim the jar without them, written only if it has any
     * @return whether it had any
     */
    boolean take(Path jar, Path to, Path slim) throws IOException {
        String name = jar.getFileName().toString();
        if (rules.stream().noneMatch(rule -> rule.jar.matcher(name).matches())) {
            return false;
        }
        Files.createDirectories(slim.getParent());
        try (ZipFile zip = new ZipFile(jar.toFile());
                OutputStream out = Files.newOutputStream(slim);
                ZipOutputStream rest = new ZipOutputStream(out)) {
            for (Enumeration<? extends ZipEntry> entries = zip.entries(); entries.hasMoreElements(); ) {
                ZipEntry entry = entries.nextElement();
                try (InputStream in = zip.getInputStream(entry)) {
                    place(name, entry.getName(), to, in, rest);
                }
            }
        }
        return true;
    }

    private void place(String jar, String entry, Path to, InputStream in, ZipOutputStream rest) throws IOException {
        for (Rule rule : rules) {
            Matcher file = rule.entry.matcher(entry);
            if (rule.jar.matcher(jar).matches() && file.matches()) {
                Path target = to.resolve(rule.to.substring(1)).resolve(file.group(1));
                Files.createDirectories(target.getParent());
                Files.copy(in, target);
                return;
            }
        }
        if (!elsewhere.matcher(entry).matches()) {
            var kept = new ZipEntry(entry);
            kept.setTimeLocal(TIME);
            rest.putNextEntry(kept);
            in.transferTo(rest);
            rest.closeEntry();
        }
    }
}
