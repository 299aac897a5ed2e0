package io.kubemdm.agent.policy;

import com.fasterxml.jackson.databind.JsonNode;
import io.kubemdm.agent.driver.Driver;
import io.kubemdm.agent.driver.Drivers;
import io.kubemdm.agent.driver.Setting;
import io.kubemdm.agent.driver.SettingRefused;
import io.kubemdm.protocol.bundle.BundleContent;
import io.kubemdm.protocol.bundle.LineRank;
import io.kubemdm.protocol.bundle.PolicyRef;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one policy line wants of this device.
 *
 * @param priority 0 to 1000
 * @param enforced false for a bundle that only judges
 * @param settings to be set; empty when it only judges
 * @param spoken settings it speaks of, to be set or only judged
 * @param notApplicable what of it this device cannot do and hence is left out, with the reason
 */
record Contribution(
        PolicyRef ref,
        int priority,
        boolean enforced,
        List<Setting> settings,
        List<Setting> spoken,
        Map<String, String> notApplicable) {

    private static final Logger LOG = LoggerFactory.getLogger(Contribution.class);

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
        boolean enforced = content.enforces();
        int priority = content.priorityOrDefault();
        if (content.settings() == null) {
            return new Contribution(ref, priority, enforced, List.of(), List.of(), Map.of());
        }
        if (!enforced) {
            return new Contribution(ref, priority, false, List.of(), judged(content.settings(), drivers), Map.of());
        }
        return enforced(ref, priority, content.settings(), drivers);
    }

    private static Contribution enforced(PolicyRef ref, int priority, JsonNode tree, Drivers drivers) {
        List<Setting> settings = new ArrayList<>();
        Map<String, String> notApplicable = new TreeMap<>();
        for (Map.Entry<String, JsonNode> entry : said(tree)) {
            Driver driver = drivers.find(entry.getKey());
            if (driver == null) {
                throw new SettingRefused(
                        "UnsupportedSetting", "settings." + entry.getKey() + " is nothing this agent can set");
            }
            Map<String, String> cannot = driver.notApplicable(entry.getValue());
            notApplicable.putAll(cannot);
            driver.split(entry.getValue()).stream()
                    .filter(setting -> !isIn(cannot, setting))
                    .forEach(settings::add);
        }
        List<Setting> kept = List.copyOf(settings);
        return new Contribution(ref, priority, true, kept, kept, notApplicable);
    }

    /** How it stands against other lines. */
    LineRank rank() {
        return new LineRank(ref.policy(), priority);
    }

    private static boolean isIn(Map<String, String> cannot, Setting setting) {
        String name = setting.name();
        return cannot.containsKey(name.substring(0, name.indexOf(':')))
                || cannot.containsKey(name.replaceFirst(":", "."));
    }

    /** What is not set is not refused either: of what a driver does not understand nothing is measured. */
    private static List<Setting> judged(JsonNode tree, Drivers drivers) {
        List<Setting> spoken = new ArrayList<>();
        for (Map.Entry<String, JsonNode> entry : said(tree)) {
            Driver driver = drivers.find(entry.getKey());
            try {
                spoken.addAll(driver == null ? List.of() : driver.split(entry.getValue()));
            } catch (SettingRefused e) {
                LOG.info("setting is not measured settings.{}: {}", entry.getKey(), e.getMessage());
            }
        }
        return List.copyOf(spoken);
    }

    private static List<Map.Entry<String, JsonNode>> said(JsonNode tree) {
        return tree.properties().stream()
                .filter(entry -> !entry.getKey().equals(HEARTBEAT))
                .filter(entry -> !entry.getValue().isNull())
                .filter(entry ->
                        !(entry.getValue().isContainerNode() && entry.getValue().isEmpty()))
                .toList();
    }
}
