/**
 * The trainings that make a model: what a step is, what a resumed run needs, and what shows how far it is. A stage
 * takes settings, data and earlier results, and knows no command and no folder of a run. Start with {@link
 * org.styleinv.trainer.stage.Stage}, then {@link org.styleinv.trainer.stage.GeneratorStage}.
 */
@NullMarked
package org.styleinv.trainer.stage;

import org.jspecify.annotations.NullMarked;
