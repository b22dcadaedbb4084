/**
 * What lies in a folder of data or a ZIP: which videos there are and in what order, and which files are left out and
 * why. It opens no picture and no video. Start with {@link org.styleinv.trainer.data.find.Sources}.
 */
@NullMarked
package org.styleinv.trainer.data.find;

import org.jspecify.annotations.NullMarked;
