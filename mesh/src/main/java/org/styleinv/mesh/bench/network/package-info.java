/** A network's speed, whole, layer by layer and in a step of training, against its plain form and against what the machine can multiply and move. */
@NullMarked
package org.styleinv.mesh.bench.network;

import org.jspecify.annotations.NullMarked;
