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
    /** Folders of the image. */
    static final String TORCH = "/natives/torch";

    static final String JNA = "/natives/jna";
    static final String JAVACPP = "/natives/javacpp";

    private static final LocalDateTime TIME = LocalDateTime.of(1980, 2, 1, 0, 0); // zip's first year, in any time zone

    /** What of which jar goes where. */
    private record Rule(Pattern jar, Pattern entry, String to) {
        static Rule of(String jar, String entry, String to) {
            return new Rule(Pattern.compile(jar), Pattern.compile(entry), to);
        }
    }

    private final String machine;
    private final List<Rule> rules;
    /** What jars have for other machines. */
    private final Pattern elsewhere =
            Pattern.compile("(jnilib|com/sun/jna)/[^/]+/(.*/)?[^/]+\\.(so|dll|dylib|jnilib|a)");

    /** @param machine as jars name it, such as {@code linux-x86_64} */
    Natives(String machine) {
        this.machine = machine;
        String jna = machine.replace('_', '-');
        rules = List.of(
                Rule.of("ai\\.djl\\.pytorch\\.pytorch-native-cpu-.*", "pytorch/cpu/" + machine + "/([^/]+)", TORCH),
                Rule.of("ai\\.djl\\.pytorch\\.pytorch-jni-.*", "jnilib/" + machine + "/cpu/([^/]+)", TORCH),
                Rule.of("net\\.java\\.dev\\.jna\\.jna-[0-9].*", "com/sun/jna/" + jna + "/([^/]+\\.so)", JNA),
                Rule.of(
                        "org\\.bytedeco\\..*-linux-.*",
                        "org/bytedeco/[^/]+/" + machine.replace("aarch64", "arm64") + "/([^/]+\\.so[.0-9]*)",
                        JAVACPP));
    }

    /** The machine that this runs on. */
    static Natives ofThisMachine() {
        String arch = System.getProperty("os.arch");
        if (!System.getProperty("os.name").equals("Linux")) {
            throw new IllegalStateException("images are made of what a Linux has, and this is "
                    + System.getProperty("os.name") + ": build them on Linux");
        }
        return new Natives("linux-" + (arch.equals("amd64") ? "x86_64" : arch));
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
