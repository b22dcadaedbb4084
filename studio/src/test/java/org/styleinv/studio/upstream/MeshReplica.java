package org.styleinv.studio.upstream;

import org.styleinv.studio.StudioConfig;

/** The mesh as another replica of the studio reaches it. */
public final class MeshReplica implements AutoCloseable {
    private final Mesh mesh;

    public MeshReplica(StudioConfig config) {
        mesh = new Mesh(config, org.styleinv.client.Access.PLAIN);
    }

    public Mesh mesh() {
        return mesh;
    }

    @Override
    public void close() {
        mesh.close();
    }
}
