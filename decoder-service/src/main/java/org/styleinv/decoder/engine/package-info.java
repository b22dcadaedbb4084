/**
 * The generators: z to w, w to pixels, as plain Java; all calls come from one thread. Start at {@link
 * org.styleinv.decoder.engine.Decoder}; the networks are in {@link org.styleinv.decoder.engine.NetworkDecoder}.
 */
@NullMarked
package org.styleinv.decoder.engine;

import org.jspecify.annotations.NullMarked;
