/**
 * What a service that owns an engine needs, once for all services: the engine's one thread, a watchdog for each loop, and the
 * change from one model to the next while streams run. Plain Java: no wire, no framework, and logs and meters are the service's.
 * Start reading at {@link org.styleinv.network.serving.EngineThread}.
 */
@NullMarked
package org.styleinv.network.serving;

import org.jspecify.annotations.NullMarked;
