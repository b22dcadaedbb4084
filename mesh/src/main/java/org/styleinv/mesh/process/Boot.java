package org.styleinv.mesh.process;

import io.quarkus.bootstrap.forkjoin.QuarkusForkJoinWorkerThread;
import io.quarkus.bootstrap.runner.QuarkusEntryPoint;
import io.quarkus.bootstrap.runner.SerializedApplication;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jboss.logmanager.LogManager;

/**
 * Starts the packaged application in the folder that {@code styleinv.app} names, wherever that lies. {@link
 * QuarkusEntryPoint} does the same, but asks its own URL where it is and takes a {@code +} there for a space: nothing
 * started in a folder such as {@code c++}. The build lays this class aside in {@code target/boot}.
 */
public final class Boot {
    private static final String APPLICATION = "styleinv.app";

    private Boot() {}

    public static void main(String[] arguments) throws Throwable {
        System.setProperty("java.util.logging.manager", LogManager.class.getName());
        Path root = Path.of(System.getProperty(APPLICATION));
        SerializedApplication application = read(root);
        ClassLoader loader = application.getRunnerClassLoader();
        Thread.currentThread().setContextClassLoader(loader);
        QuarkusForkJoinWorkerThread.setQuarkusAppClassloader(loader);
        try {
            loader.loadClass(application.getMainClass())
                    .getMethod("main", String[].class)
                    .invoke(null, (Object) arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private static SerializedApplication read(Path root) throws IOException {
        try (InputStream in = new BufferedInputStream(
                Files.newInputStream(root.resolve(QuarkusEntryPoint.QUARKUS_APPLICATION_DAT)))) {
            return SerializedApplication.read(in, root);
        }
    }
}
