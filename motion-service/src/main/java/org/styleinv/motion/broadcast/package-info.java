/**
 * Broadcasts, which run by the clock and have no caller. Each replica reads the table of all of them, a consumer group
 * shares out who makes which, and its owner makes the frames. Start at {@link
 * org.styleinv.motion.broadcast.Broadcasts}; why it is so: docs/adr/0006-broadcasts.md.
 */
@NullMarked
package org.styleinv.motion.broadcast;

import org.jspecify.annotations.NullMarked;
