package io.kubemdm.agent.policy;

import com.fasterxml.jackson.databind.JsonNode;
import io.kubemdm.agent.driver.Driver;
import io.kubemdm.agent.driver.Drivers;
import io.kubemdm.agent.driver.Setting;
import io.kubemdm.agent.driver.SettingRefused;
import io.kubemdm.protocol.bundle.BundleContent;
import io.kubemdm.protocol.bundle.PolicyRef;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What one policy line wants of this device.
 *
 * @param priority 0 to 1000
 * @param enforced false for a bundle that only judges
 * @param settings empty when it only judges
 */
record Contribution(PolicyRef ref, int priority, boolean enforced, List<Setting> settings) {

    static final int DEFAULT_PRIORITY = 100;

    /** Set by the server in the desired order, not by a driver. */
    private static final String HEARTBEAT = "heartbeatInterval";

    /**
     * Reads a bundle for this device.
     *
     * @throws SettingRefused when the device's limits, its platform or its drivers forbid a part of it
     */
    static Contribution of(PolicyRef ref, BundleContent content, String platform, Drivers drivers) {
        if (content.platforms() != null
                && !content.platforms().isEmpty()
                && !content.platforms().contains(platform)) {
            throw new SettingRefused(
                    "WrongPlatform", "the bundle is for " + content.platforms() + ", this device is " + platform);
        }
        boolean enforced =
                content.enforcement() == null || content.enforcement().equals("Enforce");
        List<Setting> settings =
                enforced && content.settings() != null ? settings(content.settings(), drivers) : List.of();
        int priority = content.priority() == null ? DEFAULT_PRIORITY : content.priority();
        return new Contribution(ref, priority, enforced, settings);
    }

    private static List<Setting> settings(JsonNode tree, Drivers drivers) {
        List<Setting> settings = new ArrayList<>();
        for (Map.Entry<String, JsonNode> entry : tree.properties()) {
            JsonNode value = entry.getValue();
            boolean says = !value.isNull() && !(value.isContainerNode() && value.isEmpty());
            if (says && !entry.getKey().equals(HEARTBEAT)) {
                Driver driver = drivers.find(entry.getKey());
                if (driver == null) {
                    throw new SettingRefused(
                            "UnsupportedSetting", "settings." + entry.getKey() + " is nothing this agent can set");
                }
                settings.addAll(driver.split(value));
            }
        }
        return List.copyOf(settings);
    }
}
