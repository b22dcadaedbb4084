/**
 * Readers of a mesh: frames by gRPC, once and in order through any crash, and frames straight from Kafka.
 * They need the wire, gRPC and a Kafka client, nothing else of this module, so other programs can embed them.
 * Start reading at {@link org.styleinv.mesh.client.StreamClient}.
 */
package org.styleinv.mesh.client;
