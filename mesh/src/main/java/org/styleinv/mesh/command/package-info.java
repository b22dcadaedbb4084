/**
 * What {@code styleinv} can be told: one class a subcommand, thin over the rooms beside it. Client commands never start
 * Quarkus. Start reading at {@link org.styleinv.mesh.command.StyleinvCommand}.
 */
@NullMarked
package org.styleinv.mesh.command;

import org.jspecify.annotations.NullMarked;
