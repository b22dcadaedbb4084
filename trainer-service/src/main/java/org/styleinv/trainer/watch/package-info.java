/**
 * A run that can be watched: its figures by gRPC, its pictures and its health by HTTP. Nothing here changes the run or
 * makes it wait. Start with {@link org.styleinv.trainer.watch.Watching}.
 */
package org.styleinv.trainer.watch;
