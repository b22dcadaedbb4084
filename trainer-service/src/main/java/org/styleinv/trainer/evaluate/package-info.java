/**
 * Measures of a model, each with its protocol; those here need no download. What they have taken lies on disk in
 * {@link org.styleinv.trainer.evaluate.Rows}, and nothing here knows how a model was trained. Start with {@link
 * org.styleinv.trainer.evaluate.ModelMeasures}.
 */
@NullMarked
package org.styleinv.trainer.evaluate;

import org.jspecify.annotations.NullMarked;
