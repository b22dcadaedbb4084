package org.styleinv.network.augment;

/** Square matrices of homogeneous coordinates, in double precision: of the plane (3 x 3) and of colours (4 x 4). */
record Affine(double[][] rows) {

    static Affine identity(int size) {
        double[][] rows = new double[size][size];
        for (int i = 0; i < size; i++) {
            rows[i][i] = 1;
        }
        return new Affine(rows);
    }

    /** Scales all axes but the homogeneous one. */
    static Affine scale(double... factors) {
        Affine scale = identity(factors.length + 1);
        for (int i = 0; i < factors.length; i++) {
            scale.rows[i][i] = factors[i];
        }
        return scale;
    }

    static Affine translate(double... by) {
        Affine translate = identity(by.length + 1);
        for (int i = 0; i < by.length; i++) {
            translate.rows[i][by.length] = by[i];
        }
        return translate;
    }

    /** Turns the plane, y down, clockwise for the viewer. */
    static Affine rotate(double angle) {
        double c = Math.cos(angle);
        double s = Math.sin(angle);
        return new Affine(new double[][] {{c, -s, 0}, {s, c, 0}, {0, 0, 1}});
    }

    /** Turns colours around the grey axis. Rodrigues' formula. */
    static Affine turnHue(double angle) {
        double c = Math.cos(angle);
        double s = Math.sin(angle) / Math.sqrt(3);
        double m = (1 - c) / 3;
        return new Affine(new double[][] {
            {m + c, m - s, m + s, 0}, {m + s, m + c, m - s, 0}, {m - s, m + s, m + c, 0}, {0, 0, 0, 1}
        });
    }

    /** {@code a I + b L}, where L projects on the grey axis: what changes luma and saturation. */
    static Affine grey(double a, double b) {
        Affine matrix = scale(a, a, a);
        for (int i = 0; i < 3; i++) {
            for (int j = 0; j < 3; j++) {
                matrix.rows[i][j] += b / 3;
            }
        }
        return matrix;
    }

    /** This one after {@code other}. */
    Affine after(Affine other) {
        int size = rows.length;
        double[][] product = new double[size][size];
        for (int i = 0; i < size; i++) {
            for (int j = 0; j < size; j++) {
                for (int k = 0; k < size; k++) {
                    product[i][j] += rows[i][k] * other.rows[k][j];
                }
            }
        }
        return new Affine(product);
    }

    /** Where a point of the plane goes. */
    double[] apply(double x, double y) {
        return new double[] {rows[0][0] * x + rows[0][1] * y + rows[0][2], rows[1][0] * x + rows[1][1] * y + rows[1][2]
        };
    }
}
