/** What a command leaves behind: videos, folders of pictures, contact sheets; never half of one. */
@NullMarked
package org.styleinv.mesh.picture;

import org.jspecify.annotations.NullMarked;
