/**
 * The mesh as the studio reaches it: streams by the client, and single questions to its services. Start at {@link
 * org.styleinv.studio.upstream.Mesh}.
 */
@NullMarked
package org.styleinv.studio.upstream;

import org.jspecify.annotations.NullMarked;
