package io.kubemdm.operator.engine.compliance;

import com.fasterxml.jackson.databind.JsonNode;
import io.kubemdm.protocol.bundle.BundleContent;
import java.util.List;
import java.util.Map;

/** The compiled rules of one bundle, those of its typed settings included. Safe for several threads. */
public interface BundleRules {

    /** What applies to a device that does not keep a rule, by the rule's name. */
    Map<String, LineDecision.Terms> terms();

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
         * @throws IllegalArgumentException when a rule does not compile
         */
        BundleRules compile(BundleContent content);
    }
}
