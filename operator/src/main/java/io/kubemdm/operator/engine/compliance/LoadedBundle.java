package io.kubemdm.operator.engine.compliance;

import com.fasterxml.jackson.databind.JsonNode;
import io.kubemdm.operator.engine.compliance.LineDecision.Bundle;
import io.kubemdm.operator.engine.compliance.LineDecision.Enforcement;
import io.kubemdm.operator.engine.compliance.LineDecision.Judged;
import io.kubemdm.operator.engine.compliance.LineDecision.Offer;
import io.kubemdm.operator.engine.compliance.LineDecision.Outcome;
import io.kubemdm.operator.engine.compliance.LineDecision.Step;
import io.kubemdm.protocol.bundle.BundleContent;
import io.kubemdm.protocol.bundle.PolicyRef;
import io.kubemdm.protocol.json.Json;
import io.kubemdm.protocol.state.ComplianceState;
import io.kubemdm.rules.Precedence;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A bundle made ready for judging. One whose rules do not compile stays, so that its devices show {@code RulesInvalid}.
 *
 * @param platforms it is meant for; empty means every one
 * @param priority 0 to 1000
 * @param rules null when they do not compile
 */
record LoadedBundle(
        Bundle bundle,
        Set<String> platforms,
        int priority,
        @Nullable BundleRules rules) {

    private static final Logger LOG = LoggerFactory.getLogger(LoadedBundle.class);
    private static final Pattern PART = Pattern.compile("(\\d{1,9})([dhms])");
    private static final Duration LONGEST = Duration.ofDays(3650);
    private static final int MAX_TTL = 300;
    /** Reads and compiles {@code canonical}, the content of the bundle {@code digest}. */
    static LoadedBundle of(String digest, byte[] canonical, BundleRules.Compiler compiler) {
        try {
            BundleContent content = Json.read(canonical, BundleContent.class);
            BundleRules rules = compiler.compile(content);
            return new LoadedBundle(
                    new Bundle(enforcement(content), Map.copyOf(rules.terms()), steps(content), offers(content)),
                    Set.copyOf(Objects.requireNonNullElse(content.platforms(), List.<String>of())),
                    content.priorityOrDefault(),
                    rules);
        } catch (RuntimeException e) {
            LOG.error("bundle cannot be judged by digest={}: {}", digest, e.getMessage());
            return new LoadedBundle(new Bundle(Enforcement.Enforce, Map.of(), List.of(), List.of()), Set.of(), 0, null);
        }
    }

    /** What it sets on a device beside other lines; null when it sets nothing there. */
    Precedence.@Nullable Line claimant(PolicyRef ref, String platform) {
        return rules == null
                        || bundle.enforcement() != Enforcement.Enforce
                        || !isFor(platform)
                        || rules.claims().isEmpty()
                ? null
                : new Precedence.Line(ref.policy(), priority, rules.claims());
    }

    private boolean isFor(String platform) {
        return platforms.isEmpty() || platforms.contains(platform);
    }

    Judged judge(PolicyRef ref, Map<String, JsonNode> facts, String platform, Set<String> overruled) {
        if (rules == null) {
            return new Judged(ref, null, LineDecision.RULES_INVALID);
        }
        if (!isFor(platform)) {
            return new Judged(ref, List.of(), null);
        }
        try {
            List<Outcome> outcomes = rules.judge(facts, platform, overruled);
            return new Judged(ref, outcomes, null);
        } catch (RuntimeException e) {
            LOG.error("rules failed digest={}", ref.digest(), e);
            return new Judged(ref, null, LineDecision.RULES_INVALID);
        }
    }

    private static Enforcement enforcement(BundleContent content) {
        return content.enforcement() == null ? Enforcement.Enforce : Enforcement.valueOf(content.enforcement());
    }

    private static List<Step> steps(BundleContent content) {
        List<Step> steps = new ArrayList<>();
        for (JsonNode action : each(content.nonComplianceActions())) {
            steps.add(new Step(
                    action.path("action").asText(),
                    duration(action.path("after").asText("0s"))));
        }
        return List.copyOf(steps);
    }

    private static List<Offer> offers(BundleContent content) {
        List<Offer> offers = new ArrayList<>();
        for (JsonNode offer : each(content.access())) {
            long ttl = duration(offer.path("maxTtl").asText("5m")).toSeconds();
            offers.add(new Offer(
                    offer.path("audience").asText(),
                    (int) Math.clamp(ttl, 1L, (long) MAX_TTL),
                    "InGracePeriod".equals(offer.path("requires").asText())
                            ? ComplianceState.InGracePeriod
                            : ComplianceState.Compliant));
        }
        return List.copyOf(offers);
    }

    private static Iterable<JsonNode> each(@Nullable JsonNode list) {
        return list == null ? List.of() : list;
    }

    /** As the API writes durations, e.g. {@code 1h30m}. */
    private static Duration duration(String text) {
        Duration sum = Duration.ZERO;
        Matcher part = PART.matcher(text);
        int end = 0;
        while (part.find() && part.start() == end) {
            long amount = Long.parseLong(part.group(1));
            sum = sum.plus(
                    switch (part.group(2).charAt(0)) {
                        case 'd' -> Duration.ofDays(amount);
                        case 'h' -> Duration.ofHours(amount);
                        case 'm' -> Duration.ofMinutes(amount);
                        default -> Duration.ofSeconds(amount);
                    });
            end = part.end();
        }
        if (end == 0 || end != text.length()) {
            throw new IllegalArgumentException("duration " + text + " is not like 1h30m");
        }
        return sum.compareTo(LONGEST) > 0 ? LONGEST : sum;
    }
}
