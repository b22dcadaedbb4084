/**
 * How a run ends: {@link org.styleinv.mesh.stop.Failure}, one sentence with a way out, and {@link
 * org.styleinv.mesh.stop.Stopping}, because somebody asked for it. Every package of this module may use it.
 */
@NullMarked
package org.styleinv.mesh.stop;

import org.jspecify.annotations.NullMarked;
