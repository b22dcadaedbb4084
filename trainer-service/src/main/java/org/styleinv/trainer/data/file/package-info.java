/**
 * Files of data as they lie on the disk or in a ZIP, and of what kind each is by its first bytes. A {@link
 * org.styleinv.trainer.data.file.Problem} says in a sentence what is wrong with one. Start with {@link
 * org.styleinv.trainer.data.file.DataFile}.
 */
@NullMarked
package org.styleinv.trainer.data.file;

import org.jspecify.annotations.NullMarked;
