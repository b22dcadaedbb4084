package org.styleinv.network.direction;

import java.util.Arrays;

/**
 * What can be measured, without any learned network, in a picture of one head before an even background. Parts of the head
 * are where they are in a portrait that looks at us: hair is its top fifth, skin the middle of its face, eyes and mouth the
 * bands between.
 */
enum Appearance {
    SKIN_LIGHT(Part.SKIN, "skin-light", "skin-dark"),
    SKIN_WARM(Part.SKIN, "skin-warm", "skin-cool"),
    HAIR_LIGHT(Part.HAIR, "hair-light", "hair-dark"),
    HAIR_WARM(Part.HAIR, "hair-warm", "hair-cool"),
    BACKGROUND_LIGHT(Part.BACKGROUND, "background-light", "background-dark"),
    BACKGROUND_WARM(Part.BACKGROUND, "background-warm", "background-cool"),
    EYES(Part.EYES, "eyes-strong", "eyes-weak"),
    MOUTH(Part.MOUTH, "mouth-strong", "mouth-weak"),
    AREA(Part.SIZE, "larger", "smaller"),
    WIDTH(Part.SHAPE, "wide", "narrow"),
    RIGHT(Part.PLACE, "to-the-right", "to-the-left"),
    DOWN(Part.PLACE, "downwards", "upwards"),
    TILT(Part.TILT, "tilted-right", "tilted-left"),
    TURN(Part.TURN, "turned-right", "turned-left");

    /** Measures of one part are not rivals: whatever is seen at the skin is called after the skin. */
    enum Part {
        SKIN(true),
        HAIR(true),
        BACKGROUND(true),
        EYES(false),
        MOUTH(false),
        SIZE(false),
        SHAPE(false),
        PLACE(false),
        TILT(false),
        TURN(false);

        /** Whether its measures are of areas' colours; else edges move where it changes. */
        final boolean colour;

        Part(boolean colour) {
            this.colour = colour;
        }
    }

    private static final int FOREGROUND = 24; // levels by which a pixel of a head differs from the background

    final Part part;
    private final String more;
    private final String less;

    Appearance(Part part, String more, String less) {
        this.part = part;
        this.more = more;
        this.less = less;
    }

    /** What a change of this measure is called: {@code skin-light} if it grows, {@code skin-dark} if it falls. */
    String called(double change) {
        return change < 0 ? less : more;
    }

    /**
     * Every measure, by its ordinal: light and warmth in levels, the others in parts of the picture or without a unit.
     *
     * @param planes red, green and blue one after the other, each side x side from the top, levels from 0 to 255
     * @return all zero but for the background's if there is no head
     */
    static double[] of(int side, int[] planes) {
        double[] measures = new double[values().length];
        int[] background = background(side, planes);
        measures[BACKGROUND_LIGHT.ordinal()] = light(background[0], background[1], background[2]);
        measures[BACKGROUND_WARM.ordinal()] = background[0] - background[2];
        boolean[] head = new boolean[side * side];
        long area = 0;
        double sumX = 0;
        double sumY = 0;
        for (int i = 0; i < head.length; i++) {
            for (int c = 0; c < 3; c++) {
                head[i] |= Math.abs(planes[c * head.length + i] - background[c]) > FOREGROUND;
            }
            if (head[i]) {
                area++;
                sumX += i % side;
                sumY += i / side;
            }
        }
        if (area == 0) {
            return measures;
        }
        double middleX = sumX / area;
        double middleY = sumY / area;
        double spreadX = 0;
        double spreadY = 0;
        double skew = 0;
        for (int i = 0; i < head.length; i++) {
            if (head[i]) {
                double x = i % side - middleX;
                double y = i / side - middleY;
                spreadX += x * x / area;
                spreadY += y * y / area;
                skew += x * y / area;
            }
        }
        measures[AREA.ordinal()] = area / (double) head.length;
        measures[RIGHT.ordinal()] = middleX / side;
        measures[DOWN.ordinal()] = middleY / side;
        measures[WIDTH.ordinal()] = Math.sqrt(spreadX / Math.max(1e-9, spreadY));
        measures[TILT.ordinal()] = -skew / Math.max(1e-9, spreadX + spreadY); // y grows downwards
        // an even ellipse reaches twice its standard deviation from its middle
        var box = new Box(side, planes, middleX, middleY, 2 * Math.sqrt(spreadX), 2 * Math.sqrt(spreadY));
        Box.Look hair = box.look(-0.6, 0.6, -1, -0.6);
        Box.Look skin = box.look(-0.5, 0.5, -0.1, 0.7);
        measures[HAIR_LIGHT.ordinal()] = hair.light();
        measures[HAIR_WARM.ordinal()] = hair.warmth();
        measures[SKIN_LIGHT.ordinal()] = skin.light();
        measures[SKIN_WARM.ordinal()] = skin.warmth();
        measures[EYES.ordinal()] = box.look(-0.6, 0.6, -0.25, 0.15).contrast();
        measures[MOUTH.ordinal()] = box.look(-0.4, 0.4, 0.3, 0.75).contrast();
        measures[TURN.ordinal()] = box.look(-0.5, 0.5, -0.25, 0.7).detailAt();
        return measures;
    }

    /** The median of each channel along the picture's upper border and its sides' upper halves, where no neck or clothes are. */
    private static int[] background(int side, int[] planes) {
        int[] background = new int[3];
        int[] border = new int[side + 2 * (side / 2)];
        for (int c = 0; c < 3; c++) {
            int from = c * side * side;
            int count = 0;
            for (int x = 0; x < side; x++) {
                border[count++] = planes[from + x];
            }
            for (int y = 0; y < side / 2; y++) {
                border[count++] = planes[from + y * side];
                border[count++] = planes[from + y * side + side - 1];
            }
            Arrays.sort(border);
            background[c] = border[border.length / 2];
        }
        return background;
    }

    private static double light(double red, double green, double blue) {
        return 0.299 * red + 0.587 * green + 0.114 * blue; // BT.601
    }

    /** A head's place in a picture; its parts are given from -1, its left and top end, to 1. */
    private record Box(int side, int[] planes, double x, double y, double halfWidth, double halfHeight) {
        /**
         * @param light median, levels: small dark things on it are not its own
         * @param warmth median of red less blue, levels
         * @param contrast standard deviation of light in parts of its mean
         * @param detailAt where light changes from column to column, from -1 to 1 of the head's half width
         */
        record Look(double light, double warmth, double contrast, double detailAt) {}

        Look look(double left, double right, double top, double bottom) {
            int size = side * side;
            int first = edge(x + left * halfWidth);
            int columns = edge(x + right * halfWidth) - first + 1;
            int upper = edge(y + top * halfHeight);
            int rows = edge(y + bottom * halfHeight) - upper + 1;
            double[] light = new double[rows * columns];
            double[] warmth = new double[light.length];
            double detail = 0;
            double moment = 0;
            for (int k = 0; k < light.length; k++) {
                int i = (upper + k / columns) * side + first + k % columns;
                light[k] = light(planes[i], planes[size + i], planes[2 * size + i]);
                warmth[k] = planes[i] - planes[2 * size + i];
                if (k % columns > 0) {
                    double change = Math.abs(light[k] - light[k - 1]);
                    detail += change;
                    moment += change * (first + k % columns - 0.5 - x) / Math.max(1, halfWidth);
                }
            }
            double mean = Arrays.stream(light).average().orElseThrow();
            double variance = Arrays.stream(light)
                    .map(one -> (one - mean) * (one - mean))
                    .average()
                    .orElseThrow();
            return new Look(
                    median(light),
                    median(warmth),
                    Math.sqrt(variance) / Math.max(1, mean),
                    detail == 0 ? 0 : moment / detail);
        }

        private static double median(double[] values) {
            double[] sorted = values.clone();
            Arrays.sort(sorted);
            return sorted[sorted.length / 2];
        }

        private int edge(double at) {
            return (int) Math.max(0, Math.min(side - 1, Math.round(at)));
        }
    }
}
