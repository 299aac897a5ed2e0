package io.kubemdm.operator.cel;

import com.fasterxml.jackson.databind.JsonNode;
import io.kubemdm.operator.engine.compliance.BundleRules;
import io.kubemdm.operator.engine.compliance.LineDecision.Finding;
import io.kubemdm.operator.engine.compliance.LineDecision.Outcome;
import io.kubemdm.operator.engine.compliance.LineDecision.Terms;
import io.kubemdm.protocol.bundle.BundleContent;
import io.kubemdm.rules.Claim;
import io.kubemdm.rules.RuleErrors;
import io.kubemdm.rules.RuleSet;
import io.kubemdm.rules.RuleTerms;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A {@link RuleSet} as the engine wants it. */
public final class CelRules implements BundleRules {

    private final RuleSet rules;
    private final Map<String, Terms> terms = new HashMap<>();

    private CelRules(RuleSet rules) {
        this.rules = rules;
        for (RuleTerms each : rules.terms()) {
            terms.put(
                    each.rule(),
                    new Terms(
                            each.grace(),
                            each.severity().name(),
                            each.remediation().name(),
                            each.script()));
        }
    }

    /**
     * The rules of a bundle.
     *
     * @throws IllegalArgumentException when one does not compile, or all together are too dear
     */
    public static BundleRules compile(BundleContent content) {
        try {
            return new CelRules(RuleSet.compile(content));
        } catch (RuleErrors e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    @Override
    public Map<String, Terms> terms() {
        return Map.copyOf(terms);
    }

    @Override
    public Map<String, Claim> claims() {
        return rules.claims();
    }

    @Override
    public List<Outcome> judge(Map<String, JsonNode> facts, String platform, Set<String> overruled) {
        return rules.judge(facts, platform, overruled).stream()
                .map(each ->
                        new Outcome(each.rule(), Finding.valueOf(each.verdict().name()), each.reason()))
                .toList();
    }
}
