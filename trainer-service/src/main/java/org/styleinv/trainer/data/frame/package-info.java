/**
 * The frames of one source, whatever keeps them: a folder of pictures, a moving picture or a video. Memory for decoded
 * pictures is shared by all that decode, and bounded. Start with {@link org.styleinv.trainer.data.frame.Opened}.
 */
@NullMarked
package org.styleinv.trainer.data.frame;

import org.jspecify.annotations.NullMarked;
