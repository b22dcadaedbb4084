/**
 * Face alignment: from landmarks to the square that is cut out of each frame. The square is upright with the face and
 * moves without jitter. Start with {@link org.styleinv.network.face.AlignedSquare}, then {@link
 * org.styleinv.trainer.data.align.FaceTrack}.
 */
@NullMarked
package org.styleinv.trainer.data.align;

import org.jspecify.annotations.NullMarked;
