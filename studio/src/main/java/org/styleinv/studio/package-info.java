/**
 * The web's door to a mesh: frames and streams by address, faces from pictures. It reads the mesh as any client does and
 * holds no tensor. Start at {@link org.styleinv.studio.door.FrameResource}; why it is so: docs/adr/0014-studio.md.
 */
@NullMarked
package org.styleinv.studio;

import org.jspecify.annotations.NullMarked;
