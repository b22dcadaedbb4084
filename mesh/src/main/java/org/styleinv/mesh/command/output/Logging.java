package org.styleinv.mesh.command.output;

import io.quarkus.bootstrap.logging.InitialConfigurator;
import java.util.logging.ConsoleHandler;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.Logger;

/** The log of commands that never start Quarkus: without this it would wait for Quarkus for ever. */
public final class Logging {
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
}
