package org.styleinv.trainer.data;

/** Hears how far a long piece of work is; called from the threads that do it, one call at a time. */
@FunctionalInterface
public interface Progress {

    /** Nobody listens. */
    Progress NONE = (done, total) -> {};

    /** {@code done} of {@code total} pieces are finished. */
    void at(int done, int total);
}
