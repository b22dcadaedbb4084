package org.styleinv.mesh.bench.network;

import ai.djl.ndarray.NDManager;
import java.util.function.Function;
import org.styleinv.network.Pass;
import org.styleinv.network.Pass.Precision;
import org.styleinv.network.Weights;
import org.styleinv.network.plain.Plain;

/** A network as it is served and its plain form, on the same batch. */
public final class Forms implements AutoCloseable {
    private final NDManager manager;
    private final Weights weights;
    private final Precision precision;
    private final BenchedNetwork subject;

    /** @param manager of its own, closed with it */
    Forms(NDManager manager, Weights weights, Precision precision, Function<NDManager, BenchedNetwork> subject) {
        this.manager = manager;
        this.weights = weights;
        this.precision = precision;
        this.subject = subject.apply(manager);
    }

    /** Runs it as it is served, until the result is here. */
    public void served() {
        try (NDManager scope = manager.newSubManager()) {
            var pass = new Pass(scope, weights, false, precision);
            Arrival.await(pass, subject.run(pass));
        }
    }

    /** Runs its plain form, until the result is here. */
    public void plain() {
        try (NDManager scope = manager.newSubManager()) {
            Arrival.await(Pass.inference(scope, weights), subject.runPlainly(new Plain(scope, weights)));
        }
    }

    @Override
    public void close() {
        manager.close();
    }
}
