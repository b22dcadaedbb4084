/**
 * Frames that were asked for, from the queue to their outcome: painted, refused or dropped. Nothing here knows who asked, nor
 * Kafka. Start at {@link org.styleinv.decoder.work.Work}, then {@link org.styleinv.decoder.work.Painter}.
 */
@NullMarked
package org.styleinv.decoder.work;

import org.jspecify.annotations.NullMarked;
