package org.styleinv.network.face;

/**
 * A face in a picture, in pixels from its left and upper edge.
 *
 * @param score how sure it is that there is one, to 1
 * @param x middle of the box about it, from the brow to below the mouth
 * @param y the same, from the upper edge
 * @param side the longer one of the box
 * @param points of it, by which it is cut out
 */
public record Face(double score, double x, double y, double side, FacePoints points) {
    /** The area that both boxes cover, over that which either covers. */
    double overlap(Face other) {
        double across =
                Math.min(x + side / 2, other.x + other.side / 2) - Math.max(x - side / 2, other.x - other.side / 2);
        double down =
                Math.min(y + side / 2, other.y + other.side / 2) - Math.max(y - side / 2, other.y - other.side / 2);
        double both = Math.max(0, across) * Math.max(0, down);
        return both / (side * side + other.side * other.side - both);
    }
}
