package io.kubemdm.agent.driver;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/** Measures the device. */
public interface FactSource {

    /** The operating system and its version as hello says it, such as {@code Debian GNU/Linux 12}. */
    String osVersion();

    /** Everything measured now, by fact name; what cannot be measured is in {@code unmeasured} with the reason. */
    Map<String, JsonNode> collect();
}
