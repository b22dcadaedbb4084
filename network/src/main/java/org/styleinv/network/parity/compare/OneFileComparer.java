package org.styleinv.network.parity.compare;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.util.List;
import org.styleinv.network.parity.check.Checks;
import org.styleinv.network.parity.fixture.FixtureSet;
import org.styleinv.network.parity.fixture.Npz;

/** Knows a kind of fixture that is one file of arrays, called as the kind is: inputs and the results of the original. */
public abstract class OneFileComparer implements Comparer {
    private final String name;

    /** @param name of the kind; its file ends in {@code .npz} */
    protected OneFileComparer(String name) {
        this.name = name;
    }

    @Override
    public final String name() {
        return name;
    }

    @Override
    public final List<String> files() {
        return List.of(name + ".npz");
    }

    @Override
    public final void compare(FixtureSet set, NDManager manager, Checks checks) throws IOException {
        compare(set.npz(name + ".npz"), manager, checks);
    }

    /**
     * Compares everything in the file.
     *
     * @param manager owner of every array; freed afterwards
     */
    protected abstract void compare(Npz golden, NDManager manager, Checks checks);
}
