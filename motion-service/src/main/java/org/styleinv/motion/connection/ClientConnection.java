package org.styleinv.motion.connection;

import io.grpc.Context;

/** The connection to one client, and whether anything is heard of it. */
public interface ClientConnection {
    /** That of the call in hand; where nobody can listen it is never silent. */
    Context.Key<ClientConnection> OF_CALL = Context.keyWithDefault("styleinv-connection", new ClientConnection() {
        @Override
        public void watch() {}

        @Override
        public void unwatch() {}

        @Override
        public boolean silent() {
            return false;
        }
    });

    /** A stream depends on it from now on: the client is asked for signs of life. */
    void watch();

    /** A stream that was watching is over. */
    void unwatch();

    /** Whether nothing has come from the client for so long that it may be gone. */
    boolean silent();
}
