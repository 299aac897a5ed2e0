package io.kubemdm.operator.engine.compliance;

import io.kubemdm.operator.engine.compliance.ComplianceDecision.Input;
import io.kubemdm.operator.engine.compliance.ComplianceDecision.Occasion;
import io.kubemdm.operator.engine.compliance.LineDecision.Judged;
import io.kubemdm.protocol.bundle.PolicyRef;
import io.kubemdm.protocol.event.DeviceEvent;
import io.kubemdm.protocol.message.Heartbeat;
import io.kubemdm.protocol.state.Compliance;
import io.kubemdm.protocol.state.DeviceState;
import io.kubemdm.rules.Precedence;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Brings a device's state, its facts and the {@link RuleBook} before the {@link ComplianceDecision}. */
public final class Assessment {

    private final RuleBook book;

    public Assessment(RuleBook book) {
        this.book = book;
    }

    /** What a heartbeat changes. Facts are judged by what is assigned, whether or not the device has applied it. */
    public List<DeviceEvent> heard(DeviceState state, Heartbeat heartbeat, boolean mayAct, Instant now) {
        String platform = state.identity() == null ? "" : state.identity().platform();
        List<PolicyRef> assigned = assigned(state);
        Map<String, Set<String>> overruled = Precedence.overruled(claimants(assigned, platform));
        List<Judged> judged = assigned.stream()
                .map(ref -> {
                    LoadedBundle bundle = book.find(ref.digest());
                    return bundle == null
                            ? new Judged(ref, null, LineDecision.BUNDLE_PENDING)
                            : bundle.judge(
                                    ref, heartbeat.facts(), platform, overruled.getOrDefault(ref.policy(), Set.of()));
                })
                .toList();
        return decide(state, new Occasion.Heard(judged), mayAct, now);
    }

    private List<Precedence.Line> claimants(List<PolicyRef> assigned, String platform) {
        List<Precedence.Line> claimants = new ArrayList<>(assigned.size());
        for (PolicyRef ref : assigned) {
            LoadedBundle bundle = book.find(ref.digest());
            Precedence.Line claimant = bundle == null ? null : bundle.claimant(ref, platform);
            if (claimant != null) {
                claimants.add(claimant);
            }
        }
        return claimants;
    }

    /** What another order, or time, changes. */
    public List<DeviceEvent> elapsed(DeviceState state, boolean mayAct, Instant now) {
        return decide(state, new Occasion.Elapsed(assigned(state)), mayAct, now);
    }

    /** What silence changes. */
    public List<DeviceEvent> silent(DeviceState state, Instant now) {
        return decide(state, new Occasion.Silent(assigned(state)), true, now);
    }

    /** When time alone may change something; null for never. */
    public @Nullable Instant next(DeviceState state) {
        Compliance compliance = state.compliance();
        return compliance == null ? null : ComplianceDecision.next(compliance, book::bundle);
    }

    private List<DeviceEvent> decide(DeviceState state, Occasion occasion, boolean mayAct, Instant now) {
        return ComplianceDecision.decide(
                new Input(state.compliance(), occasion, book::bundle, mayAct), now.truncatedTo(ChronoUnit.MILLIS));
    }

    /** A device that has left management keeps no rules, whatever its last order was. */
    private static List<PolicyRef> assigned(DeviceState state) {
        return state.assigned() == null || state.hasLeft()
                ? List.of()
                : state.assigned().policies();
    }
}
