package org.styleinv.mesh.bench.ratio;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Platform;

/**
 * The C library's allocator, told to keep what it has. By itself it gives large arrays back to the system and takes them again until it has seen
 * larger ones, and each new page costs: motion in sixteens had 0.36 of the plain form's time in a fresh process and 0.74 in one that had trained.
 */
final class Allocator {
    private static final int TRIM_THRESHOLD = -1; // of malloc.h
    private static final int MMAP_THRESHOLD = -3;
    private static final int LARGEST_MMAP_THRESHOLD = 1 << 25;

    private interface C extends Library {
        int mallopt(int parameter, int value);
    }

    private Allocator() {}

    /** From now on, for the whole process. */
    static void keep() {
        if (Platform.isLinux()) { // ratios of other systems are in no file
            C c = Native.load("c", C.class);
            c.mallopt(MMAP_THRESHOLD, LARGEST_MMAP_THRESHOLD);
            c.mallopt(TRIM_THRESHOLD, Integer.MAX_VALUE);
        }
    }
}
