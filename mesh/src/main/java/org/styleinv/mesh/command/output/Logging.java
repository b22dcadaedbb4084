package org.styleinv.mesh.command.output;

import io.quarkus.bootstrap.logging.InitialConfigurator;
import java.util.logging.ConsoleHandler;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** The log of commands that never start Quarkus: without this it would wait for Quarkus for ever. */
public final class Logging {
    private static final String OPENBLAS = "org.bytedeco:openblas:"; // the version that fits OpenCV is not published
    private static final Logger NATIVE_LIBRARIES = Logger.getLogger("org.bytedeco.javacpp.Loader"); // keeps its filter

    private Logging() {}

    /** Warnings and worse go to standard error. */
    public static void warnings() {
        Logger.getLogger("").setLevel(Level.WARNING);
        var console = new ConsoleHandler();
        console.setLevel(Level.WARNING);
        InitialConfigurator.DELAYED_HANDLER.setHandlers(new Handler[] {console});
    }

    /** What fails is told by exceptions; the libraries' own lines would only repeat it. */
    public static void none() {
        Logger.getLogger("").setLevel(Level.OFF);
    }

    /**
     * What loads native libraries speaks through the log, not past it, and is silent of OpenBLAS's version, which is the
     * one that was chosen: an animated WebP or PNG would otherwise begin with a warning on the terminal. To be called
     * before the first library is loaded.
     */
    public static void nativeLibraries() {
        System.setProperty("org.bytedeco.javacpp.logger", "slf4j");
        NATIVE_LIBRARIES.setFilter(line -> !isKnownMismatch(line));
    }

    private static boolean isKnownMismatch(LogRecord line) {
        String told = line.getMessage();
        return told != null && told.startsWith("Versions of ") && told.contains(OPENBLAS);
    }
}
