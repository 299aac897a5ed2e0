package io.kubemdm.agent.driver;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * One thing on the device that is set, read back and put back as a whole; several settings may share one.
 *
 * @param name driver's key, a colon, what it is: {@code sysctl:/etc/sysctl.d/90-kubemdm.conf}
 * @param wanted in the driver's own form
 * @param settings names of the settings it stems from
 */
public record Target(String name, JsonNode wanted, List<String> settings) {

    /** The part after the colon. */
    public String subject() {
        return subjectOf(name);
    }

    /** The part of a target's name after the colon. */
    public static String subjectOf(String name) {
        return name.substring(name.indexOf(':') + 1);
    }
}
