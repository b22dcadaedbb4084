/**
 * Faces in photographs: where they are, and the square that is cut out around one, as those of FFHQ are. Start with {@link
 * org.styleinv.network.face.FaceDetector}, then {@link org.styleinv.network.face.AlignedSquare}.
 */
@NullMarked
package org.styleinv.network.face;

import org.jspecify.annotations.NullMarked;
