package io.kubemdm.rules;

import com.fasterxml.jackson.databind.JsonNode;
import io.kubemdm.crds.Formats;
import io.kubemdm.crds.policybundle.PolicyBundleSpec;
import io.kubemdm.crds.policybundle.Rule;
import io.kubemdm.crds.policybundle.Settings;
import io.kubemdm.protocol.bundle.BundleContent;
import io.kubemdm.protocol.json.Json;
import io.kubemdm.protocol.json.MalformedJson;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The rules of one bundle, compiled: its own and those its settings make. Immutable, for any number of threads; compiling
 * takes milliseconds, the first time in a process half a second, so keep one per digest.
 */
public final class RuleSet {

    /** What the rules of one bundle may take together, in units of some 100 ns: 1 ms of one core for one device. */
    public static final long MAX_COST = RuleCost.MAX;

    /** How many rules a bundle may write; those of settings do not count. */
    public static final int MAX_RULES = 64;

    private static final String DEFAULT_HEARTBEAT = "5m";

    private final List<Judgement> judgements;
    private final List<RuleTerms> terms;
    private final Map<String, Claim> claims;
    private final long cost;

    private RuleSet(List<Judgement> judgements, Map<String, Claim> claims, long cost) {
        this.judgements = List.copyOf(judgements);
        this.claims = claims;
        this.terms = judgements.stream().map(Judgement::terms).toList();
        this.cost = cost;
    }

    /**
     * The rules of a PolicyBundle.
     *
     * @throws RuleErrors when a rule does not compile, or all together may take more than {@link #MAX_COST}
     */
    public static RuleSet compile(PolicyBundleSpec spec) throws RuleErrors {
        BundleContent content;
        try {
            content = BundleContent.ofSpec(Json.mapper().valueToTree(spec));
        } catch (IllegalArgumentException e) {
            throw invalid("", String.valueOf(e.getMessage()));
        }
        return compile(content);
    }

    /**
     * The rules of a published bundle.
     *
     * @throws RuleErrors when it is none of this version's, a rule does not compile, or all together may take more than
     *     {@link #MAX_COST}
     */
    public static RuleSet compile(BundleContent content) throws RuleErrors {
        List<RuleError> errors = new ArrayList<>();
        List<Judgement> judgements = new ArrayList<>();
        Map<String, Claim> claims = Map.of();
        try {
            if (content.settings() != null) {
                Settings settings = Json.convert(content.settings(), Settings.class);
                judgements.addAll(SettingRules.of(settings, grace(content)));
                claims = Claims.of(settings);
            }
        } catch (MalformedJson | IllegalArgumentException | ArithmeticException e) {
            errors.add(new RuleError(RuleError.INVALID, "settings", 0, 0, String.valueOf(e.getMessage())));
        }
        List<Rule> rules = rules(content);
        for (int i = 0; i < rules.size(); i++) {
            CelRule compiled = compile(rules.get(i), i, errors);
            if (compiled != null) {
                judgements.add(compiled);
            }
        }
        long cost = judgements.isEmpty()
                ? 0
                : RuleCost.READING
                        + judgements.stream().mapToLong(Judgement::cost).sum();
        if (cost > MAX_COST) {
            errors.add(tooExpensive(judgements, cost));
        }
        if (!errors.isEmpty()) {
            throw new RuleErrors(errors);
        }
        return new RuleSet(judgements, claims, cost);
    }

    private static List<Rule> rules(BundleContent content) throws RuleErrors {
        if (content.rules() == null || content.rules().isNull()) {
            return List.of();
        }
        if (!content.rules().isArray() || content.rules().size() > MAX_RULES) {
            throw invalid("rules", "is no list of at most " + MAX_RULES + " rules");
        }
        List<Rule> rules = new ArrayList<>();
        for (JsonNode rule : content.rules()) {
            if (!rule.path("name").isTextual() || !rule.path("expression").isTextual()) {
                throw invalid("rules[" + rules.size() + "]", "has no name or no expression: write both");
            }
            try {
                rules.add(Json.convert(rule, Rule.class));
            } catch (MalformedJson e) {
                throw invalid("rules[" + rules.size() + "]", String.valueOf(e.getMessage()));
            }
        }
        return rules;
    }

    private static @Nullable CelRule compile(Rule rule, int index, List<RuleError> errors) {
        String field = "rules[" + index + "]";
        try {
            return CelCompilation.compile(rule, field + ".expression", errors::add);
        } catch (IllegalArgumentException | ArithmeticException e) {
            errors.add(new RuleError(RuleError.INVALID, field, 0, 0, String.valueOf(e.getMessage())));
            return null;
        }
    }

    private static RuleError tooExpensive(List<Judgement> judgements, long cost) {
        Judgement dearest = judgements.getFirst();
        for (Judgement judgement : judgements) {
            dearest = judgement.cost() > dearest.cost() ? judgement : dearest;
        }
        return new RuleError(
                RuleError.EXPENSIVE,
                "rules",
                0,
                0,
                "judging one device may take " + cost + " units, the limit is " + MAX_COST + " (1 ms); the dearest is "
                        + dearest.terms().rule() + " with " + dearest.cost()
                        + ": ask a map for single entries instead of looping over it");
    }

    private static RuleErrors invalid(String field, String message) {
        return new RuleErrors(List.of(new RuleError(RuleError.INVALID, field, 0, 0, message)));
    }

    private static Duration grace(BundleContent content) {
        String interval = content.heartbeatInterval() == null ? DEFAULT_HEARTBEAT : content.heartbeatInterval();
        return Formats.duration(interval).multipliedBy(2);
    }

    /** What applies to a device that does not keep a rule, in the order of {@link #judge}'s outcomes. */
    public List<RuleTerms> terms() {
        return terms;
    }

    /** At most how many units judging one device takes, 0 to {@link #MAX_COST}. */
    public long cost() {
        return cost;
    }

    /** What its settings set, by name, as it meets what other lines set: {@link Claims}. */
    public Map<String, Claim> claims() {
        return claims;
    }

    /** Judges one device that has no other line. */
    public List<RuleOutcome> judge(Map<String, JsonNode> facts, String platform) {
        return judge(facts, platform, Set.of());
    }

    /**
     * Judges one device.
     *
     * @param facts as its heartbeat carries them
     * @param platform as {@code Device.spec.platform} names it
     * @param overruled names of {@link #claims} in which another of its lines has its way: they are not judged
     * @return one outcome per rule, in the order of {@link #terms}
     */
    public List<RuleOutcome> judge(Map<String, JsonNode> facts, String platform, Set<String> overruled) {
        FactValues values = new FactValues(facts, platform, overruled);
        List<RuleOutcome> outcomes = new ArrayList<>(judgements.size());
        for (Judgement judgement : judgements) {
            outcomes.add(judgement.judge(values));
        }
        return outcomes;
    }
}
