package org.styleinv.studio.page;

import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The files of the page, each read once. */
@ApplicationScoped
public class PageFiles {
    static final String INDEX = "index.html";

    private static final Pattern NAME = Pattern.compile("(?:[a-z]{1,32}/)?[a-z]{1,32}\\.(html|js|css|svg)");
    private static final Pattern MAP = Pattern.compile("<script type=\"importmap\">(.*?)</script>", Pattern.DOTALL);
    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "svg", "image/svg+xml");

    private final Map<String, PageFile> files = new ConcurrentHashMap<>(); // only those that are there

    /**
     * A file.
     *
     * @param tag its {@code ETag}: a function of the bytes
     */
    record PageFile(byte[] bytes, String type, String tag) {}

    /** The file of that name. */
    Optional<PageFile> find(String name) {
        Matcher is = NAME.matcher(name);
        if (!is.matches()) {
            return Optional.empty();
        }
        PageFile known = files.get(name);
        if (known != null) {
            return Optional.of(known);
        }
        Optional<PageFile> read = read(name, Objects.requireNonNull(TYPES.get(is.group(1)), name));
        read.ifPresent(file -> files.put(name, file));
        return read;
    }

    private static Optional<PageFile> read(String name, String type) {
        try (InputStream in = PageFiles.class.getResourceAsStream(name)) {
            if (in == null) {
                return Optional.empty();
            }
            byte[] bytes = in.readAllBytes();
            String digest = HexFormat.of().formatHex(sha256(bytes));
            return Optional.of(new PageFile(bytes, type, "\"" + digest.substring(0, 32) + "\""));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * What a browser may do with the page: nothing from elsewhere, and no script in a page but the one that says where
     * modules are, by its digest. Pictures also from data and from blobs, as the page makes them.
     */
    public String policy() {
        String page = new String(find(INDEX).orElseThrow().bytes(), StandardCharsets.UTF_8);
        Matcher map = MAP.matcher(page);
        if (!map.find()) {
            throw new IllegalStateException(INDEX + " has no import map");
        }
        String digest = Base64.getEncoder().encodeToString(sha256(map.group(1).getBytes(StandardCharsets.UTF_8)));
        return "default-src 'self'; script-src 'self' 'sha256-" + digest + "'; img-src 'self' data: blob:; "
                + "media-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
