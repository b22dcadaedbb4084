/**
 * What the messages do not say by themselves and both ends must agree on: names of topics and headers, the form of a
 * stream id, and the limits that broker, producer and consumer must share. Start with {@link
 * org.styleinv.proto.wire.Topics}.
 */
@NullMarked
package org.styleinv.proto.wire;

import org.jspecify.annotations.NullMarked;
