package org.styleinv.network.parity.check;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.styleinv.network.Autograd;
import org.styleinv.network.Pass;
import org.styleinv.network.Weights;
import org.styleinv.network.parity.fixture.Npz;

/**
 * Checks of derivatives. They are computed in float64, since a derivative jumps where the argument of an activation crosses
 * zero, and in float32 the last bit decides on which side a very small one lies: it differs from CPU to CPU.
 *
 * <p>A reference is computed in float32 as well, so some of its arguments may lie on the other side of zero than float64
 * has them. An argument that is nearer to zero than float32 strays in its layer may lie on either side. Where a reference is
 * not met, the sides of such arguments are tried, and what was on another side is said. Tolerances stay as they are.
 */
public final class Derivatives {
    /**
     * An argument may lie on either side up to so many times the largest error that this machine's float32 shows in its
     * layer. Another machine's sums go another way, and a sample has not the largest error. What is provable, by the number
     * of terms, is a hundred times as much.
     */
    private static final double REACH = 2;
    /** Of the arguments that would help most so many are tried, since each costs a run. */
    private static final int TRIED = 4;
    /** A reference that lies on more other sides than this is none. */
    private static final int MOST = 12;
    /** A side that matters takes away this part of the squared errors at least. */
    private static final double GAIN = 0.05;
    /**
     * What was not met is met by another side only if no more than this part of what is allowed is left: it explains the
     * difference. A wrong number that is just out of tolerance is not brought just into it by whatever is at hand.
     */
    private static final double EXPLAINED = 0.2;

    /** One computation: where arrays belong, where results go, and how numbers are read. */
    public record Run(NDManager scope, Checks checks, Kinks kinks) {
        /** A recorded pass over weights in this run's type. */
        public Pass training(Weights weights) {
            return Pass.training(scope, weights).with(kinks);
        }

        /** A copy in this run's type. */
        public Weights weights(Weights source) {
            Weights copy = new Weights(scope);
            source.arrays().forEach((name, array) -> copy.put(name, array.toType(kinks.type(), true)));
            return copy;
        }

        /** A stored input in this run's type. */
        public NDArray in(Npz npz, String array) {
            NDArray stored = npz.in(scope, array);
            return kinks.type() == DataType.FLOAT32 ? stored : stored.toType(kinks.type(), false);
        }

        /** Whether verdicts are wanted, or only what arguments weigh. */
        public boolean judges() {
            return !kinks.weighs();
        }
    }

    private record Candidate(Kinks.Place place, Kinks.Bend bend, double value, double stray) {
        /** To the other side, as far from zero. */
        double move() {
            return -2 * value;
        }

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "element %d behind %s, %.1e from zero where float32 strays by %.1e",
                    place.index(),
                    bend.layer(),
                    Math.abs(value),
                    stray);
        }
    }

    private final NDManager manager;
    private final Consumer<Run> body;

    private Derivatives(NDManager manager, Consumer<Run> body) {
        this.manager = manager;
        this.body = body;
    }

    /**
     * Hands the verdicts of {@code body} to {@code checks}.
     *
     * @param body one computation, which may be repeated: it changes nothing outside of its run
     */
    public static void compare(NDManager manager, Checks checks, Consumer<Run> body) {
        new Derivatives(manager, body).verdicts().forEach(checks::add);
    }

    /** The numbers that {@code body} computes in a type. */
    public static List<double[]> values(NDManager manager, DataType type, Function<Run, NDList> body) {
        try (NDManager scope = manager.newSubManager()) {
            return body.apply(new Run(scope, new Checks(check -> {}), Kinks.unseen(type))).stream()
                    .map(Checks::doubles)
                    .toList();
        }
    }

    private List<Check> verdicts() {
        Kinks exact = Kinks.seen(DataType.FLOAT64);
        List<Check> plain = run(exact);
        double distance = distance(plain, plain);
        if (distance == 0 || !Double.isFinite(distance)) {
            return plain;
        }
        Kinks rounded = Kinks.seen(DataType.FLOAT32);
        run(rounded);
        return otherSides(plain, exact.bends(), candidates(exact.bends(), rounded.bends()));
    }

    private List<Check> run(Kinks kinks) {
        Checks checks = new Checks(check -> {});
        try (NDManager scope = manager.newSubManager()) {
            body.accept(new Run(scope, checks, kinks));
        }
        return checks.all();
    }

    /** Squares of what is out of tolerance, or of what was so in {@code plain} and is not explained; 0 where nothing is. */
    private static double distance(List<Check> checks, List<Check> plain) {
        double distance = 0;
        for (int i = 0; i < checks.size(); i++) {
            Check check = checks.get(i);
            double error = check.maxRel() / check.tolerance();
            if (!check.ok() || !plain.get(i).ok() && error > EXPLAINED) {
                distance += error * error;
            }
        }
        return distance;
    }

    private static List<Candidate> candidates(List<Kinks.Bend> exact, List<Kinks.Bend> rounded) {
        List<Candidate> all = new ArrayList<>();
        for (int call = 0; call < exact.size(); call++) {
            Kinks.Bend bend = exact.get(call);
            double stray = 0;
            for (int i = 0; i < bend.sample().length; i++) {
                stray = Math.max(
                        stray, Math.abs(bend.sample()[i] - rounded.get(call).sample()[i]));
            }
            for (Map.Entry<Integer, Double> near : bend.near().entrySet()) {
                // What is exactly zero is so in float32, too.
                if (near.getValue() != 0 && Math.abs(near.getValue()) <= REACH * stray) {
                    all.add(new Candidate(new Kinks.Place(call, near.getKey()), bend, near.getValue(), stray));
                }
            }
        }
        return all;
    }

    /**
     * The candidates that may help, the best first. The sum of all squared errors is differentiated by the slope at each
     * candidate; from there the slope on the other side is at most one away, and gains at most what this promises.
     */
    private List<Candidate> promising(
            List<Candidate> candidates, Map<Kinks.Place, Double> moves, List<Kinks.Bend> bends) {
        Kinks kinks = Kinks.weighed(moves, bends);
        try (NDManager scope = manager.newSubManager()) {
            Misses misses = new Misses(scope);
            body.accept(new Run(scope, new Checks(check -> {}).and(misses), kinks));
            NDArray total = misses.total();
            double least = GAIN * total.getDouble();
            NDList weights = Autograd.gradients(misses.pass(), total, kinks.slopes());
            Map<Integer, double[]> values = new HashMap<>();
            Map<Candidate, Double> promises = new HashMap<>();
            for (Candidate candidate : candidates) {
                double[] calls = values.computeIfAbsent(
                        candidate.place.call(), call -> weights.get(call).toDoubleArray());
                double promise = Math.signum(candidate.value) * calls[candidate.place.index()];
                if (promise > least) {
                    promises.put(candidate, promise);
                }
            }
            return promises.entrySet().stream()
                    .sorted(Map.Entry.<Candidate, Double>comparingByValue().reversed())
                    .limit(TRIED)
                    .map(Map.Entry::getKey)
                    .toList();
        }
    }

    /** The verdicts with those arguments on their other side that it takes; the plain ones where nothing helps. */
    private List<Check> otherSides(List<Check> plain, List<Kinks.Bend> bends, List<Candidate> candidates) {
        Map<Kinks.Place, Double> moves = new LinkedHashMap<>();
        List<Candidate> left = new ArrayList<>(candidates);
        List<Candidate> moved = new ArrayList<>();
        double distance = distance(plain, plain);
        while (moved.size() < MOST && !left.isEmpty()) {
            Candidate best = null;
            List<Check> nearest = List.of();
            double nearestDistance = distance * (1 - GAIN);
            for (Candidate candidate : promising(left, moves, bends)) {
                moves.put(candidate.place, candidate.move());
                List<Check> checks = run(Kinks.moved(moves, bends));
                moves.remove(candidate.place);
                if (distance(checks, plain) < nearestDistance) {
                    best = candidate;
                    nearest = checks;
                    nearestDistance = distance(checks, plain);
                }
                if (nearestDistance == 0) {
                    break;
                }
            }
            if (best == null) {
                return plain;
            }
            moves.put(best.place, best.move());
            moved.add(best);
            left.remove(best);
            distance = nearestDistance;
            if (distance == 0) {
                return noted(plain, nearest, moved);
            }
        }
        return plain;
    }

    /** What failed before says by which sides it is met. */
    private static List<Check> noted(List<Check> plain, List<Check> met, List<Candidate> moved) {
        String note = "met with another side of a kink: "
                + String.join("; ", moved.stream().map(Candidate::toString).toList());
        List<Check> noted = new ArrayList<>();
        for (int i = 0; i < met.size(); i++) {
            Check check = met.get(i);
            noted.add(plain.get(i).ok() ? check : check.noted(note));
        }
        return noted;
    }
}
