/**
 * A Kafka broker inside this JVM, started from Kafka's own artefacts and kept in a folder: what a mesh on one machine brings
 * along, and what tests read and write. It uses Kafka's internal classes, so its version is that of the client (property
 * {@code kafka.version} of the parent), and nothing outside this package knows them. Start reading at {@link
 * org.styleinv.broker.EmbeddedBroker}.
 */
@NullMarked
package org.styleinv.broker;

import org.jspecify.annotations.NullMarked;
