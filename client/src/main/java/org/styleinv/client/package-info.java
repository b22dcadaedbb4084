/**
 * Readers of a mesh for any Java program: frames by gRPC, once and in order through any crash; frames straight from Kafka; broadcasts
 * ; and the records that services refused. Start reading at {@link org.styleinv.client.StreamClient}.
 */
@NullMarked
package org.styleinv.client;

import org.jspecify.annotations.NullMarked;
