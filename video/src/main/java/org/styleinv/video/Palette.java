package org.styleinv.video;

import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.stream.IntStream;

/**
 * At most 256 colours for a picture, by median cut (Heckbert 1982): the box of colours that spreads most is cut where half
 * of its pixels are, until there are enough. Colours are told apart by five bits a channel.
 */
final class Palette {
    private static final int COLOURS = 256;
    private static final int BITS = 5;
    private static final int CELLS = 1 << 3 * BITS;

    private final long[][] sums = new long[3][CELLS];
    private final int[] counts = new int[CELLS];
    private final int[] colours; // 0xRRGGBB
    private final byte[] numbers = new byte[CELLS]; // of a cell's colour

    Palette(byte[] rgb) {
        for (int i = 0; i < rgb.length; i += 3) {
            int cell = cell(rgb, i);
            counts[cell]++;
            for (int channel = 0; channel < 3; channel++) {
                sums[channel][cell] += rgb[i + channel] & 255;
            }
        }
        PriorityQueue<Box> boxes = boxes();
        colours = new int[boxes.size()];
        int number = 0;
        for (Box box : boxes) {
            colours[number] = mean(box);
            for (int cell : box.cells) {
                numbers[cell] = (byte) number;
            }
            number++;
        }
    }

    private static int cell(byte[] rgb, int at) {
        int cut = 8 - BITS;
        return (rgb[at] & 255) >> cut << 2 * BITS | (rgb[at + 1] & 255) >> cut << BITS | (rgb[at + 2] & 255) >> cut;
    }

    private static int part(int cell, int channel) {
        return cell >> (2 - channel) * BITS & (1 << BITS) - 1;
    }

    /** Cells whose colours are near each other. */
    private final class Box {
        private final int[] cells;
        private final long pixels;
        private final int channel; // along which the box is longest
        private final double spread;

        Box(int[] cells) {
            this.cells = cells;
            pixels = IntStream.of(cells).mapToLong(cell -> counts[cell]).sum();
            int longest = 0;
            for (int other = 1; other < 3; other++) {
                longest = length(other) > length(longest) ? other : longest;
            }
            channel = longest;
            spread = length(longest) * Math.sqrt(pixels);
        }

        private int length(int along) {
            int least = Integer.MAX_VALUE;
            int most = 0;
            for (int cell : cells) {
                least = Math.min(least, part(cell, along));
                most = Math.max(most, part(cell, along));
            }
            return most - least;
        }

        double spread() {
            return spread;
        }

        /** Its two halves, each with a cell at least; for a box of two cells or more. */
        Box[] halves() {
            int[] sorted = IntStream.of(cells)
                    .boxed()
                    .sorted(Comparator.<Integer>comparingInt(cell -> part(cell, channel))
                            .thenComparing(Comparator.naturalOrder()))
                    .mapToInt(Integer::intValue)
                    .toArray();
            int at = 1;
            for (long seen = counts[sorted[0]]; at < sorted.length - 1 && seen < pixels / 2; at++) {
                seen += counts[sorted[at]];
            }
            return new Box[] {
                new Box(IntStream.of(sorted).limit(at).toArray()),
                new Box(IntStream.of(sorted).skip(at).toArray())
            };
        }
    }

    private PriorityQueue<Box> boxes() {
        var boxes =
                new PriorityQueue<Box>(Comparator.comparingDouble(Box::spread).reversed());
        boxes.add(new Box(
                IntStream.range(0, CELLS).filter(cell -> counts[cell] > 0).toArray()));
        while (boxes.size() < COLOURS && boxes.peek().spread() > 0) {
            for (Box half : boxes.remove().halves()) {
                boxes.add(half);
            }
        }
        return boxes;
    }

    private int mean(Box box) {
        int colour = 0;
        for (long[] sum : sums) {
            colour = colour << 8
                    | (int) (IntStream.of(box.cells)
                                    .mapToLong(cell -> sum[cell])
                                    .sum()
                            / box.pixels);
        }
        return colour;
    }

    /** The colours, each 0xRRGGBB; 1 to 256. */
    int[] colours() {
        return colours.clone();
    }

    /** The number of the colour of each pixel of the picture that this was made of. */
    byte[] numbers(byte[] rgb) {
        byte[] of = new byte[rgb.length / 3];
        for (int i = 0; i < of.length; i++) {
            of[i] = numbers[cell(rgb, 3 * i)];
        }
        return of;
    }
}
