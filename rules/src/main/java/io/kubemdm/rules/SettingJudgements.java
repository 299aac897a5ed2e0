package io.kubemdm.rules;

import io.kubemdm.crds.policybundle.RemediationAction;
import io.kubemdm.crds.policybundle.Severity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The rules that a bundle's settings make, in the forms that there are of them. */
final class SettingJudgements {

    /** What reading one fact costs. */
    static final long ONE = 2;

    private final List<Judgement> rules = new ArrayList<>();
    private final Duration grace;

    SettingJudgements(Duration grace) {
        this.grace = grace;
    }

    List<Judgement> rules() {
        return List.copyOf(rules);
    }

    void atLeast(String setting, long least) {
        rule(setting, ONE, facts -> {
            long found = facts.number(setting);
            return found >= least ? null : setting + " is " + found + ", not at least " + least;
        });
    }

    void within(String setting, String fact, long least, long most) {
        rule(setting, ONE, facts -> {
            long found = facts.number(fact);
            return found >= least && found <= most ? null : fact + " is " + found + ", not " + least + " to " + most;
        });
    }

    void must(String setting, String fact, String otherwise) {
        rule(setting, ONE, facts -> facts.flag(fact) ? null : otherwise);
    }

    void oneOf(String setting, String fact, Set<String> values) {
        rule(setting, ONE, facts -> differs(fact, facts.text(fact), values));
    }

    static @Nullable String differs(String fact, String found, Set<String> values) {
        return values.contains(found) ? null : fact + " is " + found + ", not " + join(new TreeSet<>(values), " or ");
    }

    /** Each is there, but those that this device says it cannot do. */
    void present(String setting, String fact, List<String> wanted) {
        rule(setting, ONE + wanted.size(), facts -> {
            List<String> found = facts.list(fact);
            List<String> absent = wanted.stream()
                    .filter(name -> !found.contains(name) && facts.notApplicable(setting + "." + name) == null)
                    .toList();
            return absent.isEmpty() ? null : "not there: " + join(absent);
        });
    }

    /** @param claim the name under which another line may overrule the value of a key */
    void equal(
            String setting,
            String fact,
            Map<String, String> wanted,
            UnaryOperator<String> claim,
            UnaryOperator<String> asCompared) {
        Set<String> claimed = wanted.keySet().stream().map(claim).collect(Collectors.toSet());
        rule(setting, ONE + wanted.size(), claimed, facts -> {
            Map<String, String> found = facts.map(fact);
            List<String> other = new ArrayList<>();
            wanted.forEach((key, value) -> {
                String is = found.get(key);
                boolean asSet = is != null && value.equals(asCompared.apply(is));
                if (!asSet && !facts.isOverruled(claim.apply(key))) {
                    other.add(key);
                }
            });
            return other.isEmpty() ? null : "not as set: " + join(other);
        });
    }

    void rule(String setting, long cost, Function<FactValues, @Nullable String> broken) {
        rule(setting, cost, Set.of(), broken);
    }

    void rule(String setting, long cost, Set<String> claimed, Function<FactValues, @Nullable String> broken) {
        RuleTerms terms = new RuleTerms("settings." + setting, Severity.Medium, grace, RemediationAction.Reapply, null);
        rules.add(new SettingRule(terms, setting, cost, claimed, broken));
    }

    static String join(Collection<String> names) {
        return join(names, ", ");
    }

    static String join(Collection<String> names, String between) {
        return String.join(between, names);
    }
}
