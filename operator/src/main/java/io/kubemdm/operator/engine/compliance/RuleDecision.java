package io.kubemdm.operator.engine.compliance;

import io.kubemdm.operator.engine.compliance.LineDecision.Outcome;
import io.kubemdm.operator.engine.compliance.LineDecision.Terms;
import io.kubemdm.protocol.state.Compliance.Broken;
import io.kubemdm.protocol.state.ComplianceState;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** How one rule stands, by what is remembered of it and what it was found to be. */
final class RuleDecision {

    private static final int REASON = 200;

    private RuleDecision() {}

    /**
     * What is to be remembered of a rule; nothing when it is kept or does not apply. What cannot be judged changes nothing
     * about a rule that was found broken.
     */
    static @Nullable Broken judge(@Nullable Broken prior, Outcome outcome, Terms terms, Instant now) {
        boolean wasBroken = prior != null
                && (prior.state() == ComplianceState.InGracePeriod || prior.state() == ComplianceState.NonCompliant);
        return switch (outcome.finding()) {
            case Kept, NotApplicable -> null;
            case Broken ->
                wasBroken
                        ? entry(prior.state(), prior.since(), prior.graceExpiresAt(), prior.reason(), terms)
                        : entry(ComplianceState.InGracePeriod, now, now.plus(terms.grace()), outcome.reason(), terms);
            case Unknown -> wasBroken ? prior : unjudged(prior, ComplianceState.Unknown, outcome, terms, now);
            case Error -> wasBroken ? prior : unjudged(prior, ComplianceState.Error, outcome, terms, now);
        };
    }

    /** The reason is that of the beginning: one that changes with every report must not make an event of each. */
    private static Broken unjudged(
            @Nullable Broken prior, ComplianceState state, Outcome outcome, Terms terms, Instant now) {
        boolean same = prior != null && prior.state() == state;
        return entry(state, prior == null ? now : prior.since(), null, same ? prior.reason() : outcome.reason(), terms);
    }

    private static Broken entry(
            ComplianceState state, Instant since, @Nullable Instant grace, @Nullable String reason, Terms terms) {
        String cut = reason == null || reason.length() <= REASON ? reason : reason.substring(0, REASON - 1) + "…";
        return new Broken(state, since, grace, cut, terms.severity(), terms.remediation(), terms.script());
    }

    /** The rule as it stands once its grace is over, if it is. */
    static Broken expired(Broken rule, Instant now) {
        Instant until = rule.graceExpiresAt();
        return until == null || until.isAfter(now)
                ? rule
                : new Broken(
                        ComplianceState.NonCompliant,
                        rule.since(),
                        null,
                        rule.reason(),
                        rule.severity(),
                        rule.remediation(),
                        rule.script());
    }
}
