package org.styleinv.network.parity.compare;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.util.List;
import org.styleinv.network.parity.check.Checks;
import org.styleinv.network.parity.fixture.FixtureSet;

/** Knows one kind of fixture: reads its inputs, runs our code on them, and hands reference and result to {@link Checks}. */
public interface Comparer {
    /** What it is about, in a word. */
    String name();

    /** The files that call for it: it runs where one of them is there. */
    List<String> files();

    /** The files that are read beside those, and show nothing alone. */
    default List<String> companions() {
        return List.of();
    }

    /** Whether a file calls for it. */
    default boolean reads(String file) {
        return files().contains(file);
    }

    /**
     * Compares everything in its files.
     *
     * @param manager owner of every array; freed afterwards
     * @throws IOException where a file is damaged or missing
     * @throws IllegalArgumentException where its arrays do not fit each other
     */
    void compare(FixtureSet set, NDManager manager, Checks checks) throws IOException;
}
