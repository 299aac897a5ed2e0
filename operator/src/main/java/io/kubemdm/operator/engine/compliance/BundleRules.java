package io.kubemdm.operator.engine.compliance;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;

/** The compiled rules of one bundle. Safe for several threads. */
@FunctionalInterface
public interface BundleRules {

    /**
     * What becomes of each rule.
     *
     * @param facts of one heartbeat, by name
     * @param platform of the device, as its enrolment names it
     */
    List<LineDecision.Outcome> judge(Map<String, JsonNode> facts, String platform);

    /** Compiles bundles. */
    @FunctionalInterface
    interface Compiler {
        /**
         * The rules of a bundle.
         *
         * @param canonical its content as signed
         * @throws IllegalArgumentException when a rule does not compile
         */
        BundleRules compile(byte[] canonical);
    }
}
