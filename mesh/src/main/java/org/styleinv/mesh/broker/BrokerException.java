package org.styleinv.mesh.broker;

/** Why the broker cannot work, in one sentence with a way out. */
public final class BrokerException extends RuntimeException {
    private static final long serialVersionUID = 1;

    BrokerException(String message) {
        super(message);
    }

    BrokerException(String message, Throwable cause) {
        super(message, cause);
    }
}
