package io.kubemdm.agent.driver;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The drivers of this device, by key. */
public final class Drivers {

    private final Map<String, Driver> byKey = new LinkedHashMap<>();

    /** These drivers; one per key. */
    public Drivers(List<? extends Driver> drivers) {
        for (Driver driver : drivers) {
            byKey.put(driver.key(), driver);
        }
    }

    /** The driver for a settings key, null when this device has none. */
    public @Nullable Driver find(String key) {
        return byKey.get(key);
    }

    /** The driver of a setting or target by its name. */
    public @Nullable Driver ownerOf(String name) {
        int colon = name.indexOf(':');
        return colon < 0 ? null : byKey.get(name.substring(0, colon));
    }

    /** All of them. */
    public Collection<Driver> all() {
        return byKey.values();
    }
}
