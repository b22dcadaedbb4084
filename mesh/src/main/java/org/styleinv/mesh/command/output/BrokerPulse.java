package org.styleinv.mesh.command.output;

import java.time.Duration;
import java.util.function.Consumer;
import org.styleinv.client.KafkaFrames;

/** Whether a broker that sends nothing is still there. Kafka's client reconnects by itself and says no word of it. */
public final class BrokerPulse {
    private static final Duration ANSWER = Duration.ofSeconds(2);

    private final KafkaFrames kafka;
    private final String bootstrap;
    private final Consumer<String> news;
    private boolean away;

    /** @param news takes a sentence when the broker has gone, and when it is back */
    public BrokerPulse(KafkaFrames kafka, String bootstrap, Consumer<String> news) {
        this.kafka = kafka;
        this.bootstrap = bootstrap;
        this.news = news;
    }

    /** Asks the broker, for up to two seconds. */
    public void feel() {
        boolean answers = kafka.answers(ANSWER);
        if (answers == away) {
            away = !answers;
            news.accept("the broker " + bootstrap + (away ? " does not answer; waiting for it" : " answers again"));
        }
    }

    /** Whether it did not answer when it was last asked. */
    public boolean isAway() {
        return away;
    }
}
