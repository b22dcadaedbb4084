/**
 * What every service does at Kafka: a loop that reads for as long as the service lives, what Kafka's clients are given, a
 * keeper that notices topics which were lost, and how topics are configured. Start reading at
 * {@link org.styleinv.door.kafka.PollLoop}.
 */
@NullMarked
package org.styleinv.door.kafka;

import org.jspecify.annotations.NullMarked;
