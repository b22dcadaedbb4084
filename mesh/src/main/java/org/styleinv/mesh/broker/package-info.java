/**
 * The Kafka broker that a mesh on one machine brings along: started from Kafka's own artefacts, kept in a folder.
 * It uses Kafka's internal classes, so its version is that of the client (property {@code kafka.version} of the parent)
 * and nothing outside this package knows them. Start reading at {@link org.styleinv.mesh.broker.EmbeddedBroker}.
 */
package org.styleinv.mesh.broker;
