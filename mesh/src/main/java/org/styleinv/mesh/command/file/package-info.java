/**
 * The commands {@code model ...} and {@code dataset ...}, which work on folders. Start at {@link
 * org.styleinv.mesh.command.file.ModelCommand}.
 */
@NullMarked
package org.styleinv.mesh.command.file;

import org.jspecify.annotations.NullMarked;
