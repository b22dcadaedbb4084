/**
 * The page at {@code /}: files that a browser runs, kept beside this package's resources. Start at {@link
 * org.styleinv.studio.page.PageResource}, and in the browser at {@code main.js}.
 */
package org.styleinv.studio.page;
