package io.kubemdm.agent.driver;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/** What one driver measures now. */
final class Measured {

    private Measured() {}

    static Map<String, JsonNode> by(Driver driver) {
        FactSheet sheet = new FactSheet();
        driver.measure(sheet);
        return sheet.facts();
    }
}
