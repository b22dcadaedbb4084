/**
 * Container images of the packaged applications, as files, without a registry and without an engine of containers. What is in an image
 * and why: {@code docs/adr/0019-images.md}. Start reading at {@link org.styleinv.images.ImageBuilder}.
 */
@NullMarked
package org.styleinv.images;

import org.jspecify.annotations.NullMarked;
