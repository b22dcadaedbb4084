package org.styleinv.studio;

import java.util.HashMap;
import java.util.Map;

/** As {@link FakePort}, for guests without manners: room for many sockets, and little patience. */
public class RudePort extends FakePort {
    @Override
    public Map<String, String> start() {
        Map<String, String> settings = new HashMap<>(super.start());
        settings.put("styleinv.studio.max-sockets", "256");
        settings.put("styleinv.studio.stall", "PT2S");
        return settings;
    }
}
