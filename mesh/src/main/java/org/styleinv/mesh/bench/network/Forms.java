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
    private final Weights plain;
    private final Precision precision;
    private final BenchedNetwork subject;

    /**
     * @param manager of its own, closed with it
     * @param weights as a service has them
     * @param plain   as files have them
     */
    Forms(
            NDManager manager,
            Weights weights,
            Weights plain,
            Precision precision,
            Function<NDManager, BenchedNetwork> subject) {
        this.manager = manager;
        this.weights = weights;
        this.plain = plain;
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
            Arrival.await(Pass.inference(scope, plain), subject.runPlainly(new Plain(scope, plain)));
        }
    }

    @Override
    public void close() {
        manager.close();
    }
}
