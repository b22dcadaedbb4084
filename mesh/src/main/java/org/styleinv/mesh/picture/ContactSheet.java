package org.styleinv.mesh.picture;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;

/** One picture of many, each with a label: the first row large, film strips below. */
public final class ContactSheet {
    private static final int LARGE = 384;
    private static final int SMALL = 192;
    private static final int GAP = 12;
    private static final int LABEL = 2; // pixels a pixel of a letter
    private static final int LINE = PixelFont.HEIGHT * LABEL + GAP / 2;
    private static final Color PAPER = new Color(24, 26, 31);
    private static final Color INK = new Color(214, 218, 226);

    private final List<Cell> large = new ArrayList<>();
    private final List<Cell> small = new ArrayList<>();
    private final int columns;

    /** @param columns pictures in a row of the film strip */
    public ContactSheet(int columns) {
        this.columns = columns;
    }

    private record Cell(String label, Pixels picture) {}

    /** Adds a picture to the first row. */
    public void head(String label, Pixels picture) {
        large.add(new Cell(label, picture));
    }

    /** Adds a picture to the film strip. */
    public void strip(String label, Pixels picture) {
        small.add(new Cell(label, picture));
    }

    /** The sheet. Each picture fills its cell. */
    public BufferedImage picture() {
        int rows = (small.size() + columns - 1) / columns;
        int width = Math.max(GAP + large.size() * (LARGE + GAP), GAP + Math.min(columns, small.size()) * (SMALL + GAP));
        int height = GAP + (large.isEmpty() ? 0 : LARGE + LINE + GAP) + rows * (SMALL + LINE + GAP);
        var sheet = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = sheet.createGraphics();
        graphics.setColor(PAPER);
        graphics.fillRect(0, 0, width, height);
        for (int i = 0; i < large.size(); i++) {
            draw(sheet, graphics, large.get(i), GAP + i * (LARGE + GAP), GAP, LARGE);
        }
        int top = GAP + (large.isEmpty() ? 0 : LARGE + LINE + GAP);
        for (int i = 0; i < small.size(); i++) {
            draw(
                    sheet,
                    graphics,
                    small.get(i),
                    GAP + i % columns * (SMALL + GAP),
                    top + i / columns * (SMALL + LINE + GAP),
                    SMALL);
        }
        graphics.dispose();
        return sheet;
    }

    private static void draw(BufferedImage sheet, Graphics2D graphics, Cell cell, int x, int y, int side) {
        Pixels picture = cell.picture();
        double scale = (double) side / Math.max(picture.width(), picture.height());
        int width = (int) Math.max(1, Math.round(picture.width() * scale));
        int height = (int) Math.max(1, Math.round(picture.height() * scale));
        graphics.drawImage(
                picture.resized(width, height).picture(), x + (side - width) / 2, y + (side - height) / 2, null);
        PixelFont.draw(sheet, cell.label(), x + (side - width) / 2, y + side + GAP / 2, LABEL, INK);
    }
}
