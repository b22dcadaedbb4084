/**
 * What a picture or a video says of its origin: that a model made it, which, and for which request, as an XMP packet in the
 * place that each format has for one. Start at {@link org.styleinv.video.provenance.Origin}; {@link
 * org.styleinv.video.provenance.Testimony} reads it again.
 */
@NullMarked
package org.styleinv.video.provenance;

import org.jspecify.annotations.NullMarked;
