/** A mesh of processes on this machine: the broker and every service apart, so that each can die by itself. */
package org.styleinv.mesh.process;
