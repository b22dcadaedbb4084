/**
 * A run that can be watched: its figures by gRPC, its pictures and its health by HTTP. Nothing here changes the run or
 * makes it wait. Start with {@link org.styleinv.trainer.watch.Watching}.
 */
@NullMarked
package org.styleinv.trainer.watch;

import org.jspecify.annotations.NullMarked;
