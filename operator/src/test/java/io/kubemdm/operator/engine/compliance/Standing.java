package io.kubemdm.operator.engine.compliance;

import io.kubemdm.operator.engine.compliance.ComplianceDecision.Input;
import io.kubemdm.operator.engine.compliance.ComplianceDecision.Occasion;
import io.kubemdm.operator.engine.compliance.LineDecision.Bundle;
import io.kubemdm.operator.engine.compliance.LineDecision.Enforcement;
import io.kubemdm.operator.engine.compliance.LineDecision.Finding;
import io.kubemdm.operator.engine.compliance.LineDecision.Judged;
import io.kubemdm.operator.engine.compliance.LineDecision.Offer;
import io.kubemdm.operator.engine.compliance.LineDecision.Outcome;
import io.kubemdm.operator.engine.compliance.LineDecision.Step;
import io.kubemdm.operator.engine.compliance.LineDecision.Terms;
import io.kubemdm.protocol.bundle.PolicyRef;
import io.kubemdm.protocol.event.DeviceEvent;
import io.kubemdm.protocol.json.Json;
import io.kubemdm.protocol.state.Compliance;
import io.kubemdm.protocol.state.ComplianceState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One device's compliance as it is told day by day, without facts: outcomes are given. */
final class Standing {

    static final Instant T0 = Instant.parse("2026-03-01T10:00:00Z");
    static final PolicyRef BASE = ref("base", '1');

    final Map<String, Bundle> bundles = new HashMap<>();
    final List<DeviceEvent> events = new ArrayList<>();
    Instant now = T0;
    boolean mayAct = true;
    List<PolicyRef> assigned = List.of(BASE);

    private @Nullable Compliance compliance;

    static PolicyRef ref(String policy, char digest) {
        return new PolicyRef(
                policy, "1.0." + digest, "sha256:" + String.valueOf(digest).repeat(64));
    }

    static Step step(String action, String after) {
        return new Step(action, Duration.parse(after));
    }

    /** A bundle whose rule {@code strict} has no grace, {@code mild} an hour, {@code lax} a day. */
    static Bundle bundle(Enforcement enforcement, Step... steps) {
        return new Bundle(
                enforcement,
                Map.of(
                        "strict", new Terms(Duration.ZERO, "High", "Reapply", null),
                        "mild", new Terms(Duration.ofHours(1), "Medium", "Script", "fix-it"),
                        "lax", new Terms(Duration.ofDays(1), "Low", "None", null)),
                List.of(steps),
                List.of(new Offer("vpn", 300, ComplianceState.Compliant)));
    }

    /** The usual one: tells at once, confines after ten minutes, denies after an hour. */
    static Standing enforced() {
        return with(bundle(
                Enforcement.Enforce, step("Notify", "PT0S"), step("Quarantine", "PT10M"), step("DenyAccess", "PT1H")));
    }

    static Standing with(Bundle bundle) {
        Standing standing = new Standing();
        standing.bundles.put(BASE.digest(), bundle);
        return standing;
    }

    Standing after(String duration) {
        now = now.plus(Duration.parse(duration));
        return this;
    }

    /** A heartbeat in which these are {@code rule=Finding}, the other of the three rules kept. */
    List<DeviceEvent> hears(String... findings) {
        return hears(assigned.stream()
                .map(ref -> bundles.containsKey(ref.digest())
                        ? new Judged(ref, outcomes(findings), null)
                        : new Judged(ref, null, LineDecision.BUNDLE_PENDING))
                .toList());
    }

    List<DeviceEvent> hears(List<Judged> judged) {
        return decide(new Occasion.Heard(judged));
    }

    List<DeviceEvent> ticks() {
        return decide(new Occasion.Elapsed(assigned));
    }

    List<DeviceEvent> falls_silent() {
        return decide(new Occasion.Silent(assigned));
    }

    static List<Outcome> outcomes(String... findings) {
        Map<String, Finding> by = new HashMap<>();
        Arrays.stream(findings)
                .map(each -> each.split("=", 2))
                .forEach(each -> by.put(each[0], Finding.valueOf(each[1])));
        return List.of("strict", "mild", "lax").stream()
                .map(rule -> new Outcome(rule, by.getOrDefault(rule, Finding.Kept), "as measured at " + by.hashCode()))
                .toList();
    }

    private List<DeviceEvent> decide(Occasion occasion) {
        List<DeviceEvent> decided =
                ComplianceDecision.decide(new Input(compliance, occasion, bundles::get, mayAct), now);
        for (DeviceEvent event : decided) {
            if (event instanceof DeviceEvent.ComplianceChanged changed) {
                // As it comes back from the store.
                compliance = Json.read(Json.canonical(changed.compliance()), Compliance.class);
            }
        }
        events.addAll(decided);
        return decided;
    }

    Compliance compliance() {
        return Objects.requireNonNull(compliance);
    }

    boolean isJudged() {
        return compliance != null;
    }

    Compliance.Line line() {
        return Objects.requireNonNull(compliance().lines().get("base"));
    }

    /** What fired and was cleared, in order. */
    List<String> acts() {
        return acts(events);
    }

    static List<String> acts(List<DeviceEvent> of) {
        List<String> acts = new ArrayList<>();
        for (DeviceEvent event : of) {
            switch (event) {
                case DeviceEvent.ActionFired fired -> acts.add(fired.action());
                case DeviceEvent.ActionsCleared cleared -> acts.add("-" + String.join(",", cleared.actions()));
                default -> {}
            }
        }
        return acts;
    }
}
