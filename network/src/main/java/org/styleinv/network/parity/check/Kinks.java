package org.styleinv.network.parity.check;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.styleinv.network.Pass;
import org.styleinv.network.Reading;
import org.styleinv.network.Script;

/**
 * One run of some networks in float64, or in float32, that sees the arguments of their activations, which bend at zero, and
 * can move single ones to the other side of the bend. Calls are numbered: equal computations give equal numbers.
 */
public final class Kinks implements Reading {
    /** How many arguments of a call are kept, at even distances, to tell how far float32 strays in it. */
    private static final int SAMPLE = 1 << 14;
    /** Arguments below this part of their call's mean size are kept: float32 strays by a hundredth of it. */
    private static final double NEAR = 1e-4;

    /**
     * The arguments of one call of an activation.
     *
     * @param layer that it stands in
     * @param sample some of them
     * @param near those near zero, by their place
     */
    record Bend(String layer, long[] shape, double[] sample, Map<Integer, Double> near) {}

    /** One argument of an activation. */
    record Place(int call, int index) {}

    private final DataType type;
    private final boolean recorded;
    private final Map<Place, Double> moves;
    private final List<Bend> earlier;
    private final List<Bend> bends = new ArrayList<>();
    private final List<NDArray> slopes = new ArrayList<>();
    private final ReadText.Way way;
    private int call;

    private Kinks(ReadText.Way way, DataType type, boolean recorded, Map<Place, Double> moves, List<Bend> earlier) {
        this.way = way;
        this.type = type;
        this.recorded = recorded;
        this.moves = moves;
        this.earlier = earlier;
    }

    /** Sees nothing and moves nothing. */
    static Kinks unseen(DataType type) {
        return new Kinks(way(type), type, false, Map.of(), List.of());
    }

    /** Keeps what {@link #bends} gives. */
    static Kinks seen(DataType type) {
        return new Kinks(way(type), type, true, Map.of(), List.of());
    }

    /**
     * Adds {@code moves} to single arguments.
     *
     * @param bends of a run that was seen
     */
    static Kinks moved(Map<Place, Double> moves, List<Bend> bends) {
        return new Kinks(ReadText.Way.FLOAT64, DataType.FLOAT64, false, moves, bends);
    }

    /** The same, where whatever is computed can be differentiated by {@link #slopes}. */
    static Kinks weighed(Map<Place, Double> moves, List<Bend> bends) {
        return new Kinks(ReadText.Way.WEIGHED, DataType.FLOAT64, false, moves, bends);
    }

    private static ReadText.Way way(DataType type) {
        return type == DataType.FLOAT64 ? ReadText.Way.FLOAT64 : ReadText.Way.FLOAT32;
    }

    public DataType type() {
        return type;
    }

    List<Bend> bends() {
        return bends;
    }

    /** What is added to each call's slope at each of its arguments: zeros. */
    List<NDArray> slopes() {
        return slopes;
    }

    boolean weighs() {
        return way == ReadText.Way.WEIGHED;
    }

    @Override
    public NDList call(Script script, Pass pass, NDList arguments) {
        ReadText text = ReadText.of(script, way);
        NDList all = new NDList();
        for (NDArray argument : arguments) {
            all.add(fitting(argument, pass.scope()));
        }
        for (int i = 0; i < text.kinks(); i++) {
            all.add(move(call + i, pass.scope()));
        }
        for (int i = 0; weighs() && i < text.kinks(); i++) {
            NDArray slope = pass.scope().zeros(new Shape(earlier.get(call + i).shape), type);
            slope.setRequiresGradient(true);
            slopes.add(slope);
            all.add(slope);
        }
        NDList results = text.script().call(pass.with(Reading.WRITTEN), all);
        int own = results.size() - text.kinks();
        for (int i = 0; i < text.kinks(); i++) {
            NDArray bent = results.get(own + i);
            if (recorded) {
                bends.add(bend(layer(pass, arguments), bent));
            }
            bent.close();
        }
        call += text.kinks();
        return new NDList(results.subList(0, own));
    }

    /** Constants that layers make on the way are float32. */
    private NDArray fitting(NDArray argument, NDManager scope) {
        if (argument.getDataType() != DataType.FLOAT32 || type == DataType.FLOAT32) {
            return argument;
        }
        NDArray cast = argument.toType(type, false);
        cast.attach(scope);
        cast.setName(argument.getName());
        return cast;
    }

    private NDArray move(int number, NDManager scope) {
        if (moves.keySet().stream().noneMatch(place -> place.call == number)) {
            return scope.zeros(new Shape(), type);
        }
        Shape shape = new Shape(earlier.get(number).shape);
        double[] values = new double[Math.toIntExact(shape.size())];
        moves.forEach((place, by) -> {
            if (place.call == number) {
                values[place.index] = by;
            }
        });
        return scope.create(values, shape);
    }

    private static String layer(Pass pass, NDList arguments) {
        for (Map.Entry<String, NDArray> weight : pass.weights().arrays().entrySet()) {
            if (arguments.stream().anyMatch(argument -> argument == weight.getValue())) {
                return weight.getKey().replaceFirst("\\.[^.]*$", "");
            }
        }
        return "a layer without weights";
    }

    private static Bend bend(String layer, NDArray bent) {
        double[] values = Checks.doubles(bent);
        double sum = 0;
        for (double value : values) {
            sum += Math.abs(value);
        }
        double near = NEAR * sum / values.length;
        Map<Integer, Double> places = new java.util.TreeMap<>();
        int stride = (values.length + SAMPLE - 1) / SAMPLE;
        double[] sample = new double[(values.length + stride - 1) / stride];
        for (int i = 0; i < values.length; i++) {
            if (Math.abs(values[i]) < near) {
                places.put(i, values[i]);
            }
            if (i % stride == 0) {
                sample[i / stride] = values[i];
            }
        }
        return new Bend(layer, bent.getShape().getShape(), sample, places);
    }
}
