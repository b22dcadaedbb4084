/** What a model is on disk: records and weights whose digests are checked. Start with {@code ModelFolder}. */
@NullMarked
package org.styleinv.network.checkpoint;

import org.jspecify.annotations.NullMarked;
