/**
 * The discriminators as they are trained: their losses, their lazy R1, and the adaptive augmentation of all that they
 * see. Stages hand them pictures or clips, and get gradients and figures. Start with {@link
 * org.styleinv.trainer.critic.Critic}, then {@link org.styleinv.trainer.critic.Augmentation}.
 */
@NullMarked
package org.styleinv.trainer.critic;

import org.jspecify.annotations.NullMarked;
