/**
 * The addresses of the studio. A resource checks a request, asks the mesh and answers; it keeps nothing. Start at {@link
 * org.styleinv.studio.door.FrameResource}.
 */
@NullMarked
package org.styleinv.studio.door;

import org.jspecify.annotations.NullMarked;
