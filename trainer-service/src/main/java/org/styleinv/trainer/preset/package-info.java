/**
 * Named sizes and numbers that belong together: networks, critics and clips of a model, and values of the commands'
 * options. They are the papers' configurations, and this program's own small ones. Start with {@link
 * org.styleinv.trainer.preset.Preset}, then {@link org.styleinv.trainer.preset.GeneratorPreset}.
 */
@NullMarked
package org.styleinv.trainer.preset;

import org.jspecify.annotations.NullMarked;
