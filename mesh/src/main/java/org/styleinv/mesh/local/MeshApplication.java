package org.styleinv.mesh.local;

import io.quarkus.runtime.QuarkusApplication;

/** All services as one Quarkus application, for as long as the visitor of {@link Mesh} stays. */
public class MeshApplication implements QuarkusApplication {
    private final Readiness readiness;

    MeshApplication(Readiness readiness) {
        this.readiness = readiness;
    }

    @Override
    public int run(String... arguments) {
        return Mesh.visit(readiness);
    }
}
