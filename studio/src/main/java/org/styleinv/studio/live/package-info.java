/**
 * Frames by number over a WebSocket, as fast as a page asks for them. A page gives credits; nothing is made beyond them but a
 * few frames. Start at {@link org.styleinv.studio.live.LiveSocket}.
 */
@NullMarked
package org.styleinv.studio.live;

import org.jspecify.annotations.NullMarked;
