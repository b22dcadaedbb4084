/** The published configurations of networks by their published names. How long and how fast to train is the trainer's. */
@NullMarked
package org.styleinv.network.preset;

import org.jspecify.annotations.NullMarked;
