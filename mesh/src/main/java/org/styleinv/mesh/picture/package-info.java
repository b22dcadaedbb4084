/** What a command leaves behind: videos, folders of pictures, contact sheets; never half of one. */
package org.styleinv.mesh.picture;
