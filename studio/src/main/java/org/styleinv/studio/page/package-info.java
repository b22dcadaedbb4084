/**
 * The page at {@code /}: files that a browser runs, kept beside this package's resources. Start at {@link
 * org.styleinv.studio.page.PageResource}, and in the browser at {@code main.js}.
 */
@NullMarked
package org.styleinv.studio.page;

import org.jspecify.annotations.NullMarked;
