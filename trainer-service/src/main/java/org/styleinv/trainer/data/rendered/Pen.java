package org.styleinv.trainer.data.rendered;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.Shape;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;

/** How shapes come to paper: the same scene in one look or another. */
abstract class Pen {
    static final Color OUTLINE = new Color(40, 28, 34);

    protected final Graphics2D g;

    private Pen(Graphics2D g) {
        this.g = g;
    }

    static Pen of(Look look, Graphics2D g) {
        return switch (look) {
            case COLOUR -> new Brush(g);
            case SKETCH -> new Pencil(g);
        };
    }

    /** A filled shape with an outline of that width in 64ths, 0 for none. */
    abstract void fill(Shape shape, Color colour, double outline);

    /** A filled shape of skin, on which features have to be seen. */
    abstract void smooth(Shape shape, Color colour, double outline);

    /** A line of that width in 64ths. */
    abstract void stroke(Shape shape, double width, Color colour);

    /** A filled shape whose colour changes from the picture's top to its bottom. */
    abstract void fill(Shape shape, Color top, Color bottom);

    private static void line(Graphics2D g, Shape shape, double width, Color colour) {
        g.setPaint(colour);
        g.setStroke(new BasicStroke((float) width, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
        g.draw(shape);
    }

    /** Flat colours; an outline is a darker one of the shape's own. */
    private static final class Brush extends Pen {
        Brush(Graphics2D g) {
            super(g);
        }

        @Override
        void fill(Shape shape, Color colour, double outline) {
            g.setPaint(colour);
            g.fill(shape);
            if (outline > 0) {
                stroke(shape, outline, Face.mix(colour, OUTLINE, 0.6));
            }
        }

        @Override
        void smooth(Shape shape, Color colour, double outline) {
            fill(shape, colour, outline);
        }

        @Override
        void stroke(Shape shape, double width, Color colour) {
            line(g, shape, width, colour);
        }

        @Override
        void fill(Shape shape, Color top, Color bottom) {
            g.setPaint(top.equals(bottom) ? top : new GradientPaint(0, 0, top, 0, 64, bottom));
            g.fill(shape);
        }
    }

    /** Graphite on paper: a colour becomes its tone, dark clothes and hair are hatched, outlines are strong. */
    private static final class Pencil extends Pen {
        private static final Color PAPER = new Color(250, 246, 234);
        private static final Color GRAPHITE = new Color(44, 42, 50);
        private static final double HATCHED = 0.6; // tones darker than this
        private static final double SPACING = 3.2; // of hatching, in 64ths: still seen at 64 x 64

        Pencil(Graphics2D g) {
            super(g);
        }

        @Override
        void fill(Shape shape, Color colour, double outline) {
            g.setPaint(grey(tone(colour)));
            g.fill(shape);
            if (outline > 0) {
                if (tone(colour) < HATCHED) {
                    hatch(shape);
                }
                line(g, shape, 1.1 * outline, GRAPHITE);
            }
        }

        @Override
        void smooth(Shape shape, Color colour, double outline) {
            g.setPaint(Face.mix(PAPER, GRAPHITE, 0.5 * (1 - tone(colour))));
            g.fill(shape);
            line(g, shape, 1.1 * outline, GRAPHITE);
        }

        @Override
        void stroke(Shape shape, double width, Color colour) {
            line(g, shape, width, Face.mix(grey(tone(colour)), GRAPHITE, 0.7));
        }

        /** A background is paper, hardly shaded. */
        @Override
        void fill(Shape shape, Color top, Color bottom) {
            g.setPaint(new GradientPaint(0, 0, ground(top), 0, 64, ground(bottom)));
            g.fill(shape);
        }

        private static Color ground(Color colour) {
            return Face.mix(PAPER, GRAPHITE, 0.15 * (1 - tone(colour)));
        }

        private void hatch(Shape shape) {
            Rectangle2D box = shape.getBounds2D();
            Shape clip = g.getClip();
            g.clip(shape);
            for (double x = box.getMinX() - box.getHeight(); x < box.getMaxX(); x += SPACING) {
                line(
                        g,
                        new Line2D.Double(x, box.getMaxY(), x + box.getHeight(), box.getMinY()),
                        1,
                        Face.mix(PAPER, GRAPHITE, 0.85));
            }
            g.setClip(clip);
        }

        private static Color grey(double tone) {
            return Face.mix(PAPER, GRAPHITE, 0.9 * Math.pow(1 - tone, 1.5));
        }

        /** Luma of Rec. 601, from 0 for black to 1. */
        private static double tone(Color colour) {
            return (0.299 * colour.getRed() + 0.587 * colour.getGreen() + 0.114 * colour.getBlue()) / 255;
        }
    }
}
