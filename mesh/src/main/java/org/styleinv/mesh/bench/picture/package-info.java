/**
 * What is done with a painted frame, measured: encoding and the mark in its pixels. Start reading at {@link
 * org.styleinv.mesh.bench.picture.PictureBench}.
 */
@NullMarked
package org.styleinv.mesh.bench.picture;

import org.jspecify.annotations.NullMarked;
