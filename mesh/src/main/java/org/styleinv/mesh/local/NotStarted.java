package org.styleinv.mesh.local;

/** Thrown when the services of this JVM do not start; the cause says why. */
public final class NotStarted extends RuntimeException {
    private static final long serialVersionUID = 1;

    NotStarted(Throwable cause) {
        super("the services did not start", cause);
    }
}
