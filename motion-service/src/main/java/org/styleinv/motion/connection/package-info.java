/**
 * The connections of clients, and whether anything is heard of them: a client that is cut off is told from one that
 * reads slowly. Start at {@link org.styleinv.motion.connection.ClientConnection}.
 */
@NullMarked
package org.styleinv.motion.connection;

import org.jspecify.annotations.NullMarked;
