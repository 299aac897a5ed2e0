package io.kubemdm.operator.engine.compliance;

import com.fasterxml.jackson.databind.JsonNode;
import io.kubemdm.operator.engine.compliance.LineDecision.Finding;
import io.kubemdm.operator.engine.compliance.LineDecision.Outcome;
import io.kubemdm.operator.engine.compliance.LineDecision.Terms;
import io.kubemdm.protocol.bundle.BundleContent;
import io.kubemdm.protocol.json.Json;
import io.kubemdm.rules.Claim;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Rules whose expression is the name of a fact that must be true, and whose grace is ISO 8601. */
public record FactRules(Map<String, Terms> terms, Map<String, String> facts) implements BundleRules {

    /** Compiles. */
    public static FactRules of(BundleContent content) {
        Map<String, Terms> terms = new HashMap<>();
        Map<String, String> facts = new HashMap<>();
        Objects.requireNonNull(content.rules()).forEach(rule -> {
            String name = rule.path("name").asText();
            terms.put(name, new Terms(Duration.parse(rule.path("gracePeriod").asText("PT0S")), "High", "None", null));
            facts.put(name, rule.path("expression").asText());
        });
        return new FactRules(terms, facts);
    }

    /** A bundle of one rule {@code encrypted} over the fact of that name. */
    public static BundleContent bundle(String policy, String grace, String... actionsAfter) {
        var actions = Json.mapper().createArrayNode();
        for (String each : actionsAfter) {
            actions.addObject().put("action", each.split("=", 2)[0]).put("after", each.split("=", 2)[1]);
        }
        var rules = Json.mapper().createArrayNode();
        rules.addObject()
                .put("name", "encrypted")
                .put("expression", "encrypted")
                .put("gracePeriod", grace);
        return new BundleContent(policy, "1.0.0", List.of("Linux"), 100, "Enforce", null, rules, actions, null, null);
    }

    @Override
    public Map<String, Claim> claims() {
        return Map.of();
    }

    @Override
    public List<Outcome> judge(Map<String, JsonNode> measured, String platform, Set<String> overruled) {
        return facts.entrySet().stream()
                .map(rule -> {
                    JsonNode fact = measured.get(rule.getValue());
                    Finding finding = fact == null ? Finding.Unknown : fact.asBoolean() ? Finding.Kept : Finding.Broken;
                    return new Outcome(rule.getKey(), finding, finding == Finding.Kept ? null : "not so");
                })
                .toList();
    }
}
