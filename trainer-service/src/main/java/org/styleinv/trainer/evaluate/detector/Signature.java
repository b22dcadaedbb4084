package org.styleinv.trainer.evaluate.detector;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;
import org.styleinv.network.file.FileRefused;
import org.styleinv.network.file.RegularFile;

/**
 * What a TorchScript module's {@code forward} takes, read from the text in its file: published detectors are called by names
 * of arguments, libtorch from Java by their order.
 */
final class Signature {
    private static final int LARGEST = 16 << 20;
    private static final Pattern TOP = Pattern.compile("c(__torch__[\\w.]*)\n(\\w+)\n");
    private static final Pattern ARGUMENT = Pattern.compile("(\\w+)\\s*:\\s*([\\w\\[\\], .]+?)\\s*(?:=\\s*(\\S+))?");

    private final Path file;
    private final List<Argument> arguments;

    /** @param value by default, as text; null where it must be given */
    private record Argument(
            String name, String type, @Nullable String value) {}

    private Signature(Path file, List<Argument> arguments) {
        this.file = file;
        this.arguments = arguments;
    }

    /** @throws FileRefused where the file is no TorchScript */
    static Signature of(Path file) throws IOException {
        RegularFile.check(file);
        try (ZipFile zip = new ZipFile(file.toFile())) {
            ZipEntry object = entry(zip, "/data.pkl");
            if (object == null || entry(zip, "/constants.pkl") == null) {
                throw refused(file, "it is a zip, but not one of torch.jit.save");
            }
            Matcher top = TOP.matcher(text(zip, object, file));
            if (!top.find()) {
                throw refused(file, "its data.pkl names no class");
            }
            String path = top.group(1).replace('.', '/');
            ZipEntry code = entry(zip, "/code/" + path + ".py");
            if (code == null) {
                throw refused(file, "it has no code of " + top.group(1) + "." + top.group(2));
            }
            return new Signature(file, arguments(file, text(zip, code, file), top.group(2)));
        } catch (java.util.zip.ZipException e) {
            throw refused(file, "it is no zip");
        }
    }

    private static FileRefused refused(Path file, String why) {
        return new FileRefused(file + " is no TorchScript (" + why + "): it wants the file as its publisher has it");
    }

    private static @Nullable ZipEntry entry(ZipFile zip, String end) {
        for (Enumeration<? extends ZipEntry> all = zip.entries(); all.hasMoreElements(); ) {
            ZipEntry entry = all.nextElement();
            if (entry.getName().endsWith(end)) {
                return entry;
            }
        }
        return null;
    }

    private static String text(ZipFile zip, ZipEntry entry, Path file) throws IOException {
        byte[] bytes = zip.getInputStream(entry).readNBytes(LARGEST + 1);
        if (bytes.length > LARGEST) {
            throw refused(file, entry.getName() + " has more than " + (LARGEST >> 20) + " MB");
        }
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static List<Argument> arguments(Path file, String code, String type) throws FileRefused {
        int start = code.indexOf("class " + type + "(");
        int forward = start < 0 ? -1 : code.indexOf("def forward(", start);
        int end = forward < 0 ? -1 : code.indexOf(") ->", forward);
        if (end < 0) {
            throw refused(file, "its class " + type + " has no forward");
        }
        List<Argument> arguments = new ArrayList<>();
        String[] parts = code.substring(forward + "def forward(".length(), end).split(",\\s*(?=\\w+\\s*:)");
        for (String part : parts) {
            Matcher argument = ARGUMENT.matcher(part.strip());
            if (argument.matches() && !argument.group(1).equals("self")) {
                arguments.add(new Argument(argument.group(1), argument.group(2), argument.group(3)));
            }
        }
        return arguments;
    }

    /**
     * The arguments behind the first, in their order: booleans that are named are true, all others as by default.
     *
     * @throws FileRefused where one of the names is not there, or another has no default
     */
    List<Object> switches(List<String> on) throws FileRefused {
        List<String> names = arguments.stream().map(Argument::name).toList();
        if (arguments.isEmpty() || !arguments.get(0).type().equals("Tensor")) {
            throw new FileRefused(
                    file + " takes " + names + ", but a detector takes pictures first, a Tensor: it is another module");
        }
        for (String name : on) {
            if (!names.contains(name)) {
                throw new FileRefused(file + " takes " + names + ", but not " + name
                        + ": it is another module than the published one");
            }
        }
        List<Object> values = new ArrayList<>();
        for (Argument argument : arguments.subList(1, arguments.size())) {
            values.add(on.contains(argument.name()) ? Boolean.TRUE : byDefault(argument));
        }
        return values;
    }

    private Object byDefault(Argument argument) throws FileRefused {
        Object value = argument.value() == null
                ? null
                : Map.<String, Object>of("True", true, "False", false).get(argument.value());
        if (value == null && argument.value() != null && argument.value().matches("-?\\d+")) {
            value = Long.parseLong(argument.value());
        } else if (value == null && argument.value() != null && argument.value().matches("-?[\\d.]+(e-?\\d+)?")) {
            value = Double.parseDouble(argument.value());
        }
        if (value == null) {
            throw new FileRefused(file + " wants a value of " + argument.name()
                    + ", which no published detector does: it is another module");
        }
        return value;
    }
}
