package org.styleinv.network.parity;

import java.net.URISyntaxException;
import java.nio.file.Path;

/** Where fixtures lie: beside the tests, or in the folder that the system property {@code styleinv.golden} names. */
public final class Fixtures {
    private Fixtures() {}

    public static Path folder() {
        String folder = System.getProperty("styleinv.golden");
        if (folder != null) {
            return Path.of(folder);
        }
        try {
            return Path.of(Fixtures.class.getResource("/golden").toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException("the fixtures beside the tests cannot be found", e);
        }
    }
}
