/**
 * Options that more than one command has: data, devices, augmentation, what a discriminator learns by, measures, who may
 * watch, and how published names are read. Each class makes of what was given the settings that the packages below want,
 * and names the option that does not fit. Start with {@link org.styleinv.trainer.command.option.AugmentOptions}.
 */
@NullMarked
package org.styleinv.trainer.command.option;

import org.jspecify.annotations.NullMarked;
