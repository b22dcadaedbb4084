/**
 * Measures of a model, each with its protocol: {@link org.styleinv.trainer.evaluate.ModelMeasures} has those that need no
 * download, and what they have taken lies on disk in {@link org.styleinv.trainer.evaluate.Rows}. Nothing here knows how a
 * model was trained.
 */
package org.styleinv.trainer.evaluate;
