/**
 * What commands share: options of streams, where frames go, and how figures and files are written for people and machines.
 * Start at {@link org.styleinv.mesh.command.output.Report}.
 */
@NullMarked
package org.styleinv.mesh.command.output;

import org.jspecify.annotations.NullMarked;
