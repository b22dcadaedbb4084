package org.styleinv.mesh.picture;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.Locale;
import java.util.Map;

/** Letters of 3 x 5 pixels, for labels on machines that have no fonts, as servers and containers often do. */
final class PixelFont {
    static final int HEIGHT = 5;
    private static final int WIDTH = 3;

    private static final Map<Character, String> LETTERS = Map.ofEntries(
            Map.entry('A', "010 101 111 101 101"),
            Map.entry('B', "110 101 110 101 110"),
            Map.entry('C', "011 100 100 100 011"),
            Map.entry('D', "110 101 101 101 110"),
            Map.entry('E', "111 100 110 100 111"),
            Map.entry('F', "111 100 110 100 100"),
            Map.entry('G', "011 100 101 101 011"),
            Map.entry('H', "101 101 111 101 101"),
            Map.entry('I', "111 010 010 010 111"),
            Map.entry('J', "001 001 001 101 010"),
            Map.entry('K', "101 101 110 101 101"),
            Map.entry('L', "100 100 100 100 111"),
            Map.entry('M', "101 111 111 101 101"),
            Map.entry('N', "110 101 101 101 101"),
            Map.entry('O', "010 101 101 101 010"),
            Map.entry('P', "110 101 110 100 100"),
            Map.entry('Q', "010 101 101 110 011"),
            Map.entry('R', "110 101 110 101 101"),
            Map.entry('S', "011 100 010 001 110"),
            Map.entry('T', "111 010 010 010 010"),
            Map.entry('U', "101 101 101 101 111"),
            Map.entry('V', "101 101 101 101 010"),
            Map.entry('W', "101 101 111 111 101"),
            Map.entry('X', "101 101 010 101 101"),
            Map.entry('Y', "101 101 010 010 010"),
            Map.entry('Z', "111 001 010 100 111"),
            Map.entry('0', "111 101 101 101 111"),
            Map.entry('1', "010 110 010 010 111"),
            Map.entry('2', "110 001 010 100 111"),
            Map.entry('3', "110 001 010 001 110"),
            Map.entry('4', "101 101 111 001 001"),
            Map.entry('5', "111 100 110 001 110"),
            Map.entry('6', "011 100 111 101 111"),
            Map.entry('7', "111 001 010 010 010"),
            Map.entry('8', "111 101 111 101 111"),
            Map.entry('9', "111 101 111 001 110"),
            Map.entry('.', "000 000 000 000 010"),
            Map.entry(':', "000 010 000 010 000"),
            Map.entry('-', "000 000 111 000 000"),
            Map.entry('/', "001 001 010 100 100"),
            Map.entry(',', "000 000 000 010 100"),
            Map.entry('=', "000 111 000 111 000"));

    private PixelFont() {}

    /** Draws {@code text} in capitals with its top left corner at {@code x, y}; unknown characters are gaps. */
    static void draw(BufferedImage picture, String text, int x, int y, int scale, Color colour) {
        int left = x;
        for (char letter : text.toUpperCase(Locale.ROOT).toCharArray()) {
            String[] rows = LETTERS.getOrDefault(letter, "000 000 000 000 000").split(" ");
            for (int row = 0; row < HEIGHT * scale; row++) {
                for (int column = 0; column < WIDTH * scale; column++) {
                    int px = left + column;
                    int py = y + row;
                    if (rows[row / scale].charAt(column / scale) == '1'
                            && px < picture.getWidth()
                            && py < picture.getHeight()) {
                        picture.setRGB(px, py, colour.getRGB());
                    }
                }
            }
            left += (WIDTH + 1) * scale;
        }
    }
}
