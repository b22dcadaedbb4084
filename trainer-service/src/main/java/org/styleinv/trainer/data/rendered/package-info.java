/**
 * A data set of talking cartoon faces whose truth is known: they are drawn by Java2D from a seed. The same seed draws
 * the same clip everywhere. Start with {@link org.styleinv.trainer.data.rendered.RenderedFaces}, then {@link
 * org.styleinv.trainer.data.rendered.FaceRenderer}.
 */
@NullMarked
package org.styleinv.trainer.data.rendered;

import org.jspecify.annotations.NullMarked;
