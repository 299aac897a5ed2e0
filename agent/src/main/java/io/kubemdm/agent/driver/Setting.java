package io.kubemdm.agent.driver;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * The smallest thing two policies can disagree about.
 *
 * @param name driver's key, a colon, what it is: {@code files:/etc/motd.d/corp}, {@code password:minLength}
 * @param value as the bundle says it
 */
public record Setting(String name, JsonNode value) {

    /** The part after the colon. */
    public String subject() {
        return name.substring(name.indexOf(':') + 1);
    }
}
