/**
 * What goes wrong, and how it is done: kills, copies, full disks, hung engines, bad models. Start at {@link
 * org.styleinv.mesh.fault.blow.Fault}.
 */
@NullMarked
package org.styleinv.mesh.fault.blow;

import org.jspecify.annotations.NullMarked;
