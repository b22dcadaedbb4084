/**
 * A batch on several devices: each takes its part, and the gradients' mean moves one set of weights that all follow.
 * With one device everything happens in the caller's thread. Start with {@link org.styleinv.trainer.device.Devices};
 * ADR 0005 says why it is so.
 */
@NullMarked
package org.styleinv.trainer.device;

import org.jspecify.annotations.NullMarked;
