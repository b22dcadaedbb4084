/**
 * Readers of a mesh for any Java program: frames by gRPC, once and in order through any crash; frames straight from Kafka; broadcasts
 * ; and the records that services refused. Start reading at {@link org.styleinv.client.StreamClient}.
 */
package org.styleinv.client;
