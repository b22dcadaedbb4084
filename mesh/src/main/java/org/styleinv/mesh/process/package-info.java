/** A mesh of processes on this machine: the broker and every service apart, so that each can die by itself. */
@NullMarked
package org.styleinv.mesh.process;

import org.jspecify.annotations.NullMarked;
