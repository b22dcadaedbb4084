package org.styleinv.motion.kafka;

import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** Where frames come back to this replica. */
public interface Replies {
    /**
     * Reads the frames of a variant from now on; done once no later frame can be missed. Its topic is made if it is not
     * there yet, on the caller's thread.
     */
    CompletableFuture<Void> follow(String variant);

    /** The partitions that frames may be sent to: no later frame of a variant that is followed can be missed there. */
    Set<Integer> usable();

    /** Whether frames are read from a partition, be it owned or not. */
    boolean reads(int partition);
}
