/**
 * Runs of training that a folder holds, as they can be looked at while they go and afterwards. Reads what the trainer
 * leaves, and changes nothing. Start at {@link org.styleinv.studio.training.RunsFolder}.
 */
@NullMarked
package org.styleinv.studio.training;

import org.jspecify.annotations.NullMarked;
