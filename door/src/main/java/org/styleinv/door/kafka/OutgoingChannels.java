package org.styleinv.door.kafka;

import io.smallrye.reactive.messaging.ClientCustomizer;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.eclipse.microprofile.config.Config;

/** The channels on which records leave a service: their producers are given what every other of the service is given. */
public abstract class OutgoingChannels implements ClientCustomizer<Map<String, Object>> {
    private final Set<String> channels;
    private final Map<String, Object> settings;

    /** @param channels of the service; others may live in this process, and are left as they are */
    protected OutgoingChannels(Set<String> channels, KafkaClients kafka) {
        this.channels = channels;
        settings = kafka.sending();
    }

    @Override
    public Map<String, Object> customize(String channel, Config config, Map<String, Object> given) {
        if (!channels.contains(channel)) {
            return given;
        }
        Map<String, Object> all = new HashMap<>(given);
        settings.forEach((key, value) -> all.put(key, value.toString())); // the library wants text
        return all;
    }
}
