package org.styleinv.trainer.data.rendered;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.awt.geom.RoundRectangle2D;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferInt;

/**
 * Draws a face in a pose, portrait framing. Features are large and of high contrast on purpose: a generator has to
 * learn them at 64 x 64 in an hour on a CPU. All coordinates are 64ths of the picture; (0, 0) of the head is the
 * middle between the eyes.
 */
public final class FaceRenderer {
    private static final double TURN = 3; // parallax of the features at a full turn, in 64ths
    private static final double EYE = 9.6; // from the middle, of an average face
    private static final Color SCLERA = new Color(252, 252, 255);
    private static final Color MOUTH = new Color(72, 14, 26);
    private static final Color TEETH = new Color(252, 250, 244);
    private static final Color TONGUE = new Color(222, 98, 108);

    static {
        // pictures in memory need no screen; without this, a DISPLAY that does not answer stops Java2D
        if (System.getProperty("java.awt.headless") == null) {
            System.setProperty("java.awt.headless", "true");
        }
    }

    private final Face face;
    private final Pose pose;
    private final Graphics2D g;
    private final Pen pen;
    private final AffineTransform picture; // 64ths of the picture to pixels

    private FaceRenderer(Face face, Pose pose, Look look, Graphics2D g) {
        this.face = face;
        this.pose = pose;
        this.g = g;
        this.pen = Pen.of(look, g);
        this.picture = g.getTransform();
    }

    /** {@link #render(Face, Pose, Look, int)} in colour. */
    public static BufferedImage render(Face face, Pose pose, int size) {
        return render(face, pose, Look.COLOUR, size);
    }

    static void checkSize(int size) {
        if (size < 16) {
            throw new IllegalArgumentException("a face needs at least 16 pixels a side, got " + size);
        }
    }

    /** The picture of {@code face} in {@code pose}, {@code size} pixels square, {@link BufferedImage#TYPE_INT_RGB}. */
    public static BufferedImage render(Face face, Pose pose, Look look, int size) {
        checkSize(size);
        return render(face, pose, look, size, size < 128 ? 4 : 2);
    }

    /** @param samples a side of each pixel, on top of Java2D's antialiasing */
    static BufferedImage render(Face face, Pose pose, Look look, int size, int samples) {
        var large = new BufferedImage(size * samples, size * samples, BufferedImage.TYPE_INT_RGB);
        Graphics2D g = large.createGraphics();
        try {
            g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
            g.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
            g.scale(size * samples / 64.0, size * samples / 64.0);
            new FaceRenderer(face, pose, look, g).draw();
        } finally {
            g.dispose();
        }
        return downsampled(large, size, samples);
    }

    private void draw() {
        background();
        head(-0.5);
        backHair();
        g.setTransform(picture);
        body();
        head(0.25);
        ears();
        skull();
        head(1);
        cheeks();
        eye(-1);
        eye(1);
        nose();
        mouth();
        if (face.glasses()) {
            glasses();
        }
        head(0.45);
        frontHair();
        head(0.9);
        brow(-1);
        brow(1);
    }

    /** Puts the origin between the eyes, for a layer that parallax moves by {@code depth} times the turn. */
    private void head(double depth) {
        g.setTransform(head(pose, depth, picture));
    }

    private static AffineTransform head(Pose pose, double depth, AffineTransform picture) {
        var head = new AffineTransform(picture);
        head.translate(32 + 64 * pose.x(), 33.5 + 64 * pose.y());
        head.rotate(pose.roll(), 0, 18); // about the neck
        head.scale(1.07 * pose.scale(), 1.07 * pose.scale());
        head.translate(depth * TURN * pose.turn(), 0);
        return head;
    }

    /** Where eyes, nose and corners of the mouth are drawn, each pair from left to right, as shares of the side: x and y in turn. */
    static double[] landmarks(Face face, Pose pose) {
        double eye = EYE + face.eyeSpacing();
        double[] points = {
            -eye,
            0,
            eye,
            0,
            0.25 * TURN * pose.turn(),
            10.3,
            -mouthWidth(pose),
            mouthCorner(pose),
            mouthWidth(pose),
            mouthCorner(pose)
        };
        head(pose, 1, AffineTransform.getScaleInstance(1 / 64.0, 1 / 64.0)).transform(points, 0, points, 0, 5);
        return points;
    }

    private static double mouthWidth(Pose pose) {
        return 7.4 - 1.2 * pose.mouth() + 1.2 * pose.smile(); // half of it
    }

    private static double mouthCorner(Pose pose) {
        return 15.6 - 1.7 * pose.smile();
    }

    private void background() {
        Color colour = face.background();
        double shading = face.gradient() ? 1 : 0;
        pen.fill(
                new Rectangle2D.Double(0, 0, 64, 64),
                Face.mix(colour, Color.WHITE, 0.18 * shading),
                Face.mix(colour, Color.BLACK, 0.10 * shading));
    }

    /** Neck and shirt follow the head by a third. */
    private void body() {
        g.translate(64 * pose.x() / 3, 64 * pose.y() / 3);
        pen.fill(new Rectangle2D.Double(25, 48, 14, 14), Face.mix(face.skin(), Color.BLACK, 0.22), 0);
        var shirt = new Path2D.Double();
        shirt.moveTo(4, 72);
        shirt.curveTo(6, 60, 16, 59, 24, 57.5);
        shirt.curveTo(28, 62, 36, 62, 40, 57.5);
        shirt.curveTo(48, 59, 58, 60, 60, 72);
        shirt.closePath();
        pen.fill(shirt, face.shirt(), 1.1);
    }

    private void backHair() {
        double w = 21.5 * face.width();
        switch (face.hairStyle()) {
            case LONG -> pen.fill(new RoundRectangle2D.Double(-w - 3, -25, 2 * w + 6, 56, 40, 42), darkHair(), 1);
            case BUN -> pen.fill(new Ellipse2D.Double(-9, -34, 18, 15), face.hair(), 1);
            case SHORT -> {}
        }
    }

    private void ears() {
        for (int side = -1; side <= 1; side += 2) {
            double x = side * 19.8 * face.width();
            pen.smooth(new Ellipse2D.Double(x - 3.2, -2, 6.4, 10), Face.mix(face.skin(), Color.BLACK, 0.06), 1);
        }
    }

    private void skull() {
        double w = 20 * face.width();
        double jaw = 7.5 + 5.5 * face.jaw(); // half width of the chin's curve
        double chin = 24.5 + 1.6 * pose.mouth(); // the jaw drops a little with the mouth
        var skull = new Path2D.Double();
        skull.moveTo(-w, -2);
        skull.curveTo(-w, -17, -12, -25, 0, -25);
        skull.curveTo(12, -25, w, -17, w, -2);
        skull.curveTo(w, 12, jaw + 3, chin, 0, chin);
        skull.curveTo(-jaw - 3, chin, -w, 12, -w, -2);
        skull.closePath();
        pen.smooth(skull, face.skin(), 1.1);
    }

    private void cheeks() {
        Color blush = Face.mix(face.skin(), new Color(236, 92, 92), 0.22 + 0.1 * pose.smile());
        for (int side = -1; side <= 1; side += 2) {
            pen.fill(new Ellipse2D.Double(side * 13 * face.width() - 3.6, 6.8, 7.2, 4.6), blush, 0);
        }
    }

    /** One eye; {@code side} is -1 for the one on the left of the picture. The eye that turns away gets narrower. */
    private void eye(int side) {
        AffineTransform before = g.getTransform();
        g.translate(side * (EYE + face.eyeSpacing()), 0);
        g.scale(1 + 0.12 * side * -pose.turn(), 1);
        double top = -6.2 + 0.6 * pose.smile();
        double bottom = 5.0 - 0.6 * pose.smile();
        double lid = top + (bottom - 0.6 - top) * pose.blink();
        pen.fill(between(top, bottom), Face.mix(face.skin(), Color.BLACK, 0.16), 0);
        Shape opening = between(lid, bottom);
        Shape clip = g.getClip();
        pen.fill(opening, SCLERA, 0);
        g.clip(opening);
        double x = 1.7 * pose.gazeX();
        double y = 1.1 * pose.gazeY() - 0.2;
        circle(x, y, 3.7, Face.mix(face.eyes(), Color.BLACK, 0.35));
        circle(x, y, 3.0, face.eyes());
        circle(x, y, 1.75, new Color(14, 12, 18));
        circle(x - 1.2, y - 1.3, 0.95, Color.WHITE);
        g.setClip(clip);
        pen.stroke(arc(bottom), 0.7, Face.mix(Pen.OUTLINE, face.skin(), 0.3));
        pen.stroke(arc(lid), 1.5, Pen.OUTLINE);
        g.setTransform(before);
    }

    /** The line of a lid from corner to corner that reaches about three quarters of {@code height}. */
    private static Path2D arc(double height) {
        var arc = new Path2D.Double();
        arc.moveTo(-5.8, 0.3);
        arc.curveTo(-4, height * 1.04, 4, height * 1.04, 5.8, 0.3);
        return arc;
    }

    private static Shape between(double top, double bottom) {
        Path2D shape = arc(top);
        var lower = new Path2D.Double();
        lower.moveTo(5.8, 0.3);
        lower.curveTo(4, bottom * 1.04, -4, bottom * 1.04, -5.8, 0.3);
        shape.append(lower, true);
        shape.closePath();
        return shape;
    }

    private void nose() {
        var nose = new Path2D.Double();
        nose.moveTo(-2.4, 9.2);
        nose.curveTo(-1.6, 11.4, 1.6, 11.4, 2.4, 9.2);
        g.translate(0.25 * TURN * pose.turn(), 0);
        pen.stroke(nose, 1.4, Face.mix(face.skin(), Color.BLACK, 0.42));
        g.translate(-0.25 * TURN * pose.turn(), 0);
    }

    private void mouth() {
        double w = mouthWidth(pose);
        double corner = mouthCorner(pose);
        double top = 15.8 + 1.3 * pose.smile() - 1.6 * pose.mouth();
        double bottom = 16.1 + 1.5 * pose.smile() + 10 * pose.mouth();
        var lips = new Path2D.Double();
        lips.moveTo(-w, corner);
        lips.curveTo(-w * 0.55, top, w * 0.55, top, w, corner);
        lips.curveTo(w * 0.75, bottom, -w * 0.75, bottom, -w, corner);
        lips.closePath();
        pen.stroke(lips, 2.4, face.lips());
        pen.fill(lips, MOUTH, 0);
        Shape clip = g.getClip();
        g.clip(lips);
        double depth = 0.75 * (bottom - top);
        double teeth = Math.min(2.8, 0.55 * (depth - 0.8));
        if (teeth > 0) {
            pen.fill(new Rectangle2D.Double(-w * 0.72, top - 4, w * 1.44, 4 + 0.25 * (corner - top) + teeth), TEETH, 0);
        }
        pen.fill(new Ellipse2D.Double(-w * 0.55, top + depth * 0.85, w * 1.1, 6), TONGUE, 0);
        g.setClip(clip);
    }

    private void brow(int side) {
        AffineTransform before = g.getTransform();
        g.translate(
                side * (EYE + face.eyeSpacing()), -9.2 - 0.9 * pose.smile() - 0.8 * pose.mouth() + 0.9 * pose.blink());
        g.rotate(-side * face.browTilt());
        var brow = new Path2D.Double();
        brow.moveTo(-4.8, 0.8);
        brow.quadTo(0, -2.0, 4.8, 0.8);
        pen.stroke(brow, 2, Face.mix(face.hair(), Color.BLACK, 0.35));
        g.setTransform(before);
    }

    private void glasses() {
        for (int side = -1; side <= 1; side += 2) {
            double x = side * (EYE + face.eyeSpacing());
            pen.stroke(new RoundRectangle2D.Double(x - 7.6, -6.6, 15.2, 13.4, 9, 9), 1.3, Pen.OUTLINE);
        }
        pen.stroke(
                new Rectangle2D.Double(-2 - face.eyeSpacing(), -0.6, 4 + 2 * face.eyeSpacing(), 0.1), 1.3, Pen.OUTLINE);
    }

    private void frontHair() {
        double w = 20 * face.width();
        var hair = new Path2D.Double();
        switch (face.hairStyle()) {
            case SHORT -> { // parted at the side
                hair.moveTo(-w - 1.2, 0);
                hair.curveTo(-w - 3, -20, -12, -29, 2, -28.5);
                hair.curveTo(15, -28.5, w + 3, -19, w + 1.2, 0);
                hair.curveTo(w - 1, -6, w - 2, -9, w - 4, -12);
                hair.curveTo(6, -13, -4, -15.5, -8, -18.5);
                hair.curveTo(-10, -14, -w + 2, -11, -w - 1.2, 0);
            }
            case LONG -> { // parted in the middle, curtains to both sides
                hair.moveTo(-w - 2.5, 10);
                hair.curveTo(-w - 5, -20, -13, -28, 0, -28);
                hair.curveTo(13, -28, w + 5, -20, w + 2.5, 10);
                hair.curveTo(w - 1, 2, w - 2, -6, w - 5, -11);
                hair.curveTo(9, -14, 3, -17, 0, -21);
                hair.curveTo(-3, -17, -9, -14, -w + 5, -11);
                hair.curveTo(-w + 2, -6, -w + 1, 2, -w - 2.5, 10);
            }
            case BUN -> { // a straight fringe
                hair.moveTo(-w - 1.5, 2);
                hair.curveTo(-w - 3, -19, -13, -27.5, 0, -27.5);
                hair.curveTo(13, -27.5, w + 3, -19, w + 1.5, 2);
                hair.curveTo(w - 1, -4, w - 2, -9, w - 3, -13.5);
                hair.curveTo(8, -12.2, -8, -12.2, -w + 3, -13.5);
                hair.curveTo(-w + 2, -9, -w + 1, -4, -w - 1.5, 2);
            }
        }
        hair.closePath();
        pen.fill(hair, face.hair(), 1);
    }

    private Color darkHair() {
        return Face.mix(face.hair(), Color.BLACK, 0.25);
    }

    private void circle(double x, double y, double radius, Color colour) {
        pen.fill(new Ellipse2D.Double(x - radius, y - radius, 2 * radius, 2 * radius), colour, 0);
    }

    private static BufferedImage downsampled(BufferedImage large, int size, int samples) {
        int[] source = ((DataBufferInt) large.getRaster().getDataBuffer()).getData();
        var image = new BufferedImage(size, size, BufferedImage.TYPE_INT_RGB);
        int[] target = ((DataBufferInt) image.getRaster().getDataBuffer()).getData();
        int count = samples * samples;
        for (int y = 0; y < size; y++) {
            for (int x = 0; x < size; x++) {
                int red = count / 2; // half a step, so that the division rounds
                int green = count / 2;
                int blue = count / 2;
                for (int i = 0; i < count; i++) {
                    int pixel = source[(y * samples + i / samples) * size * samples + x * samples + i % samples];
                    red += pixel >> 16 & 255;
                    green += pixel >> 8 & 255;
                    blue += pixel & 255;
                }
                target[y * size + x] = red / count << 16 | green / count << 8 | blue / count;
            }
        }
        return image;
    }
}
