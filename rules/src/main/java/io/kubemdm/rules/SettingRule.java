package io.kubemdm.rules;

import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Whether what a typed setting asks for is so on the device, or stricter.
 *
 * @param setting its dotted path in a bundle, without the leading word
 * @param claims names of what other lines may overrule; when they overrule all of it, nothing is left to judge
 * @param broken what is wrong, null when it is kept; throws {@link MissingFact}
 */
record SettingRule(
        RuleTerms terms, String setting, long cost, Set<String> claims, Function<FactValues, @Nullable String> broken)
        implements Judgement {

    @Override
    public RuleOutcome judge(FactValues facts) {
        String rule = terms.rule();
        String notApplicable = facts.notApplicable(setting);
        if (notApplicable != null) {
            return new RuleOutcome(rule, Verdict.NotApplicable, notApplicable);
        }
        if (!claims.isEmpty() && claims.stream().allMatch(facts::isOverruled)) {
            return new RuleOutcome(rule, Verdict.NotApplicable, "another line sets it, by priority or name");
        }
        try {
            String wrong = broken.apply(facts);
            return wrong == null
                    ? new RuleOutcome(rule, Verdict.Kept, null)
                    : new RuleOutcome(rule, Verdict.Broken, wrong);
        } catch (MissingFact missing) {
            return facts.missing(rule, List.of(missing.fact()));
        }
    }
}
