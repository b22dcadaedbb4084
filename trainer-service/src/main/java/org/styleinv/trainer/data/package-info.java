/**
 * The data set of a training: a folder of videos as frames, each clip known to be good, and the random draws from it.
 * Plain Java; of tensors it makes batches and nothing else. Start with {@link org.styleinv.trainer.data.VideoDataset},
 * then {@link org.styleinv.trainer.data.Draws}.
 */
@NullMarked
package org.styleinv.trainer.data;

import org.jspecify.annotations.NullMarked;
