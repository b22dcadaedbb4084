/**
 * Stage 3 and what smooths it: motion learns from real clips against a critic of videos, with the generator and the
 * encoder as they are. Its inputs come from a data set in a run, and from stored numbers where a step is checked.
 * Start with {@link org.styleinv.trainer.stage.motion.MotionStage}, then {@code MotionLearner} and {@code MotionTeacher}.
 */
@NullMarked
package org.styleinv.trainer.stage.motion;

import org.jspecify.annotations.NullMarked;
