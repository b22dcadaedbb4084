package org.styleinv.mesh.fault;

import java.util.Set;

/** What the suite can do to a mesh; {@code faults --only} takes these names. */
public enum FaultKind {
    /** Nothing: what the others are compared to. */
    NONE,
    /** Kill -9 of each process in turn. */
    KILL,
    /** Restart of the broker. */
    RESTART,
    /** One decoder leaves and comes. */
    REBALANCE,
    /** Latents and frames twice more, late, shuffled. */
    COPIES,
    /** Unread latents deleted. */
    LOSS,
    /** A decoder's model replaced, and a bad one refused. */
    SWAP,
    /** SIGSTOP of a decoder, a motion, the broker. */
    FREEZE,
    /** The engine of a decoder, of a motion, stands still, and the rest of its process lives. */
    HANG,
    /** Full disk for the broker. */
    DISK,
    /** Replicas of motion: one, three and one again. */
    SCALE,
    /** Decoders, then motions, replaced one after the other by those of the next release, then by those that write the next version of records, and back. */
    UPGRADE,
    /** Keys of the seal, certificate and token of the services exchanged, where the mesh is guarded by ones of its own. */
    ROTATE,
    /** Kill -9 of a broadcast's owner. */
    BROADCAST;

    /** What a build has time for. */
    public static final Set<FaultKind> BRIEF = Set.of(NONE, KILL, COPIES, BROADCAST);
}
