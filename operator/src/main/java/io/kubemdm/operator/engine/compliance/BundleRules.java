package io.kubemdm.operator.engine.compliance;

import com.fasterxml.jackson.databind.JsonNode;
import io.kubemdm.protocol.bundle.BundleContent;
import io.kubemdm.rules.Claim;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The compiled rules of one bundle, those of its typed settings included. Safe for several threads. */
public interface BundleRules {

    /** What applies to a device that does not keep a rule, by the rule's name. */
    Map<String, LineDecision.Terms> terms();

    /** What its settings set, by name, as it meets what other lines set: {@link io.kubemdm.rules.Claims}. */
    Map<String, Claim> claims();

    /**
     * What becomes of each rule.
     *
     * @param facts of one heartbeat, by name
     * @param platform of the device, as its enrolment names it
     * @param overruled claims in which another line of the device has its way
     */
    List<LineDecision.Outcome> judge(Map<String, JsonNode> facts, String platform, Set<String> overruled);

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
