package io.kubemdm.rules;

import io.kubemdm.crds.Formats;
import io.kubemdm.crds.policybundle.RemediationAction;
import io.kubemdm.crds.policybundle.Severity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The rules that a bundle's settings make, in the forms that there are of them, and what other lines may set otherwise. */
final class SettingJudgements {

    /** What reading one fact costs. */
    static final long ONE = 2;

    private final List<Judgement> rules = new ArrayList<>();
    private final Map<String, Claim> claims = new TreeMap<>();
    private final Duration grace;

    SettingJudgements(Duration grace) {
        this.grace = grace;
    }

    List<Judgement> rules() {
        return List.copyOf(rules);
    }

    Map<String, Claim> claims() {
        return Map.copyOf(claims);
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

    void equal(String setting, String fact, Map<String, String> wanted, boolean inWords) {
        Set<String> claimed = new TreeSet<>();
        wanted.forEach((key, value) -> claimed.addAll(claim(setting + ":" + key, Set.of(value))));
        rule(setting, ONE + wanted.size(), claimed, facts -> {
            Map<String, String> found = facts.map(fact);
            List<String> other = new ArrayList<>();
            wanted.forEach((key, value) -> {
                String is = found.get(key);
                boolean asSet = is != null && value.equals(inWords ? words(is) : is);
                if (!asSet && !facts.isOverruled(setting + ":" + key)) {
                    other.add(key);
                }
            });
            return other.isEmpty() ? null : "not as set: " + join(other);
        });
    }

    /** Says that another line may set this otherwise without being stricter; the name of that, as a rule takes it. */
    Set<String> claim(String name, Set<String> values) {
        claims.put(name, new Claim(0, values));
        return Set.of(name);
    }

    /** The same of what stands against any that is only claimed. */
    void claimFirmly(String name, Set<String> values) {
        claims.put(name, new Claim(1, values));
    }

    void rule(String setting, long cost, Function<FactValues, @Nullable String> broken) {
        rule(setting, cost, Set.of(), broken);
    }

    void rule(String setting, long cost, Set<String> claimed, Function<FactValues, @Nullable String> broken) {
        RuleTerms terms = new RuleTerms("settings." + setting, Severity.Medium, grace, RemediationAction.Reapply, null);
        rules.add(new SettingRule(terms, setting, cost, claimed, broken));
    }

    static long seconds(String duration) {
        return Formats.duration(duration).toSeconds();
    }

    static String words(String value) {
        return value.strip().replaceAll("\\s+", " ");
    }

    static String join(Collection<String> names) {
        return join(names, ", ");
    }

    static String join(Collection<String> names, String between) {
        return String.join(between, names);
    }
}
