/**
 * Videos of any kind brought to one size and frame rate, as folders of PNG. An interrupted import is resumed by the
 * same call, and every file that is left out is named. Start with {@link
 * org.styleinv.trainer.data.imported.ImportedVideos}.
 */
@NullMarked
package org.styleinv.trainer.data.imported;

import org.jspecify.annotations.NullMarked;
