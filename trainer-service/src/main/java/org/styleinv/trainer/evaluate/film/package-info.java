/**
 * What a clip shows, in figures that need no download: how far pictures move, whether they repeat, how the head is
 * held, what the eyes do. The same figures are taken of real and of generated clips. Start with {@link
 * org.styleinv.trainer.evaluate.film.FilmFigures}.
 */
@NullMarked
package org.styleinv.trainer.evaluate.film;

import org.jspecify.annotations.NullMarked;
