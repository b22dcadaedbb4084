/**
 * From an address to a request of the mesh and back: every parameter is checked, and equal requests have one address.
 * Start at {@link org.styleinv.studio.request.Video}.
 */
@NullMarked
package org.styleinv.studio.request;

import org.jspecify.annotations.NullMarked;
