/**
 * Streams on their way to a viewer: each has a thread that waits for frames and writes them, and a watch that ends it when
 * its viewer has gone. Start at {@link org.styleinv.studio.stream.Screening}.
 */
@NullMarked
package org.styleinv.studio.stream;

import org.jspecify.annotations.NullMarked;
