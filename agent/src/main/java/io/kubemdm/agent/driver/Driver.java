package io.kubemdm.agent.driver;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What can set, read back and put back one key of a bundle's {@code settings}. Used by the agent's one thread. */
public interface Driver {

    /** The settings key it is for, e.g. {@code files}. */
    String key();

    /**
     * Splits a bundle's value into single settings and checks each against the device's own limits.
     *
     * @throws SettingRefused when one is not allowed or makes no sense
     */
    List<Setting> split(JsonNode value);

    /** The stricter of two values of one setting, null where no order exists and priority decides. */
    default @Nullable JsonNode stricter(String name, JsonNode one, JsonNode other) {
        return null;
    }

    /** What to set on the device so that these settings, all of this driver, hold. */
    List<Target> plan(List<Setting> effective);

    /** Whether the target is as wanted. */
    boolean holds(Target target, Prior prior);

    /**
     * Sets it.
     *
     * @throws SettingRefused when the device's limits forbid it after all
     * @throws io.kubemdm.agent.store.StoreFailed when the disk does
     */
    void set(Target target, Prior prior);

    /** What is there now. */
    Prior capture(String target);

    /** Puts back what was there before. */
    void restore(String target, Prior prior);

    /** Called once after something was set or put back. */
    default void activate() {}

    /**
     * What this device cannot do, by dotted name as below {@code settings} in a bundle ({@code screenLock},
     * {@code updates.window}, {@code wifi.corp}), with the reason and the remedy in one line. Such settings are left out of
     * what is set, and told as not applicable.
     *
     * @param value what a bundle asks for, null for whatever a bundle could ask for
     */
    default Map<String, String> notApplicable(@Nullable JsonNode value) {
        return Map.of();
    }

    /** Told whenever it changes what bundles say of this driver, enforced or only judged: what facts are asked about. */
    default void watch(List<Setting> spoken) {}

    /** Measures what it sets, whoever has set it. */
    default void measure(FactSheet sheet) {}
}
