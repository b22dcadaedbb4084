package org.styleinv.trainer.data.rendered;

import java.awt.Color;

/**
 * Who is seen: everything about a drawn face that never changes within a clip.
 *
 * @param width      breadth of the head, 1 is average
 * @param jaw        0 is a pointed chin, 1 a square one
 * @param eyeSpacing added distance of each eye from the middle, in 64ths of the picture
 * @param browTilt   radians; positive raises the outer ends
 */
public record Face(
        Color skin,
        Color hair,
        HairStyle hairStyle,
        Color eyes,
        boolean glasses,
        Color background,
        boolean gradient,
        Color shirt,
        Color lips,
        double width,
        double jaw,
        double eyeSpacing,
        double browTilt) {

    /** The ways hair is worn. */
    public enum HairStyle {
        SHORT,
        LONG,
        BUN
    }

    private static final Color[] SKINS = {
        new Color(255, 222, 196),
        new Color(244, 198, 160),
        new Color(216, 161, 116),
        new Color(168, 112, 74),
        new Color(116, 74, 50)
    };
    private static final Color[] HAIRS = {
        new Color(38, 32, 38), new Color(86, 52, 32), new Color(146, 78, 40),
        new Color(236, 196, 96), new Color(206, 82, 34), new Color(178, 178, 190)
    };
    private static final Color[] EYES = {
        new Color(50, 120, 210), new Color(60, 150, 80), new Color(120, 70, 30), new Color(90, 105, 120)
    };
    private static final Color[] BACKGROUNDS = {
        new Color(118, 182, 226), new Color(150, 208, 158), new Color(246, 214, 140),
        new Color(236, 170, 182), new Color(172, 160, 216), new Color(84, 106, 132)
    };
    private static final Color[] SHIRTS = {
        new Color(206, 54, 58),
        new Color(40, 66, 130),
        new Color(240, 240, 240),
        new Color(44, 136, 96),
        new Color(242, 146, 44)
    };

    /** The face that belongs to {@code seed}; each property is drawn from its own channel, so they are independent. */
    public static Face of(long seed) {
        Color skin = jittered(pick(SKINS, seed, 0), seed);
        return new Face(
                skin,
                pick(HAIRS, seed, 1),
                pick(HairStyle.values(), seed, 2),
                pick(EYES, seed, 3),
                Hash.uniform(seed, 4, 0) < 0.15,
                pick(BACKGROUNDS, seed, 5),
                Hash.uniform(seed, 6, 0) < 0.5,
                pick(SHIRTS, seed, 7),
                lips(skin),
                between(0.93, 1.07, seed, 8),
                Hash.uniform(seed, 9, 0),
                between(-0.5, 0.7, seed, 10),
                between(-0.14, 0.16, seed, 11));
    }

    /** {@code colour} mixed with {@code other}: 0 gives the first, 1 the second. */
    static Color mix(Color colour, Color other, double share) {
        return new Color(
                (int) Math.round(colour.getRed() + share * (other.getRed() - colour.getRed())),
                (int) Math.round(colour.getGreen() + share * (other.getGreen() - colour.getGreen())),
                (int) Math.round(colour.getBlue() + share * (other.getBlue() - colour.getBlue())));
    }

    private static Color lips(Color skin) {
        return mix(new Color(204, 52, 70), skin, 0.15);
    }

    private static Color jittered(Color colour, long seed) {
        double light = between(-8, 8, seed, 12);
        return new Color(
                clamp(colour.getRed() + light),
                clamp(colour.getGreen() + light),
                clamp(colour.getBlue() + light + between(-5, 5, seed, 13)));
    }

    private static int clamp(double value) {
        return (int) Math.max(0, Math.min(255, Math.round(value)));
    }

    private static <T> T pick(T[] choices, long seed, long channel) {
        return choices[(int) (Hash.uniform(seed, channel, 0) * choices.length)];
    }

    private static double between(double low, double high, long seed, long channel) {
        return low + (high - low) * Hash.uniform(seed, channel, 0);
    }
}
