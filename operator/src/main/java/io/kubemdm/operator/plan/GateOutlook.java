package io.kubemdm.operator.plan;

import io.kubemdm.operator.flag.FlagAnswers;
import io.kubemdm.operator.flag.FlagContext;
import io.kubemdm.operator.flag.FlagSurvey;
import io.kubemdm.operator.fleet.Fleet;
import io.kubemdm.operator.fleet.FleetDevice;
import io.kubemdm.operator.fleet.LiveRollout;
import io.kubemdm.operator.gate.FlagsAndWindows;
import io.kubemdm.operator.gate.PassageDecision;
import io.kubemdm.protocol.bundle.AdmissionOrder;
import io.kubemdm.protocol.bundle.PolicyRef;
import io.kubemdm.protocol.device.DeviceId;
import java.time.Clock;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** What feature flags and maintenance windows say of devices at the moment of a plan; each flag is asked once. */
final class GateOutlook {

    /** Flags that are asked, that of the planned rollout first: a remote service takes up to ten seconds for one. */
    private static final int MAX_FLAGS = 3;

    private final FlagAnswers flags = new FlagAnswers();
    private final Function<DeviceId, List<PolicyRef>> ordered;
    private final FlagsAndWindows turnstile;

    /** @param ordered bundles of a device's last order, empty without one */
    GateOutlook(Function<DeviceId, List<PolicyRef>> ordered, Clock clock) {
        this.ordered = ordered;
        this.turnstile = new FlagsAndWindows(flags, ordered, clock);
    }

    /** What a fleet asks. */
    FlagsAndWindows turnstile() {
        return turnstile;
    }

    /** Has the flags of rollouts asked about their devices, the first in order first; rollouts come into the fleet after that. */
    void ask(FlagSurvey survey, Fleet fleet, List<LiveRollout> rollouts) {
        Map<String, Set<FlagContext>> questions = new LinkedHashMap<>();
        for (LiveRollout rollout : rollouts) {
            String key = rollout.gated().flag();
            if (key != null) {
                questions.computeIfAbsent(key, any -> new LinkedHashSet<>()).addAll(contexts(fleet, rollout));
            }
        }
        questions.entrySet().stream()
                .limit(MAX_FLAGS)
                .forEach(each -> flags.put(each.getKey(), survey.ask(each.getKey(), List.copyOf(each.getValue()))));
    }

    private static List<FlagContext> contexts(Fleet fleet, LiveRollout rollout) {
        record Placed(FleetDevice device, String place) {}
        return fleet.devices()
                .filter(device -> device.addressable() && rollout.selects(device.platform(), device.labels()))
                .map(device -> new Placed(device, place(rollout, device)))
                .sorted(Comparator.comparing(Placed::place))
                .map(placed -> FlagsAndWindows.context(placed.device()))
                .toList();
    }

    static String place(LiveRollout rollout, FleetDevice device) {
        return AdmissionOrder.place(device.id().name(), rollout.bundle().digest());
    }

    /** Whether a rollout gives a device its bundle, in the end: a window delays only, and a flag that nobody knows may be on. */
    boolean grants(LiveRollout rollout, FleetDevice device) {
        return rollout.selects(device.platform(), device.labels())
                && rollout.admits(place(rollout, device), device.labels())
                && !isOff(rollout, device);
    }

    private boolean isOff(LiveRollout rollout, FleetDevice device) {
        return rollout.gated().flag() != null
                && turnstile.passage(rollout, device).way() == PassageDecision.Way.FLAG_OFF;
    }

    /** Whether a window delays the device, when it is shut: the flag is not off, and it was never let in. */
    boolean isNewcomer(LiveRollout rollout, FleetDevice device) {
        return !has(rollout, device) && !isOff(rollout, device);
    }

    /** Whether a rollout let the device in before, as its last order tells. */
    boolean has(LiveRollout rollout, FleetDevice device) {
        return PassageDecision.has(ordered.apply(device.id()), rollout.bundle(), rollout.retire());
    }

    /** Why a flag says nothing of a device, empty when it does. */
    String problem(String flag, FleetDevice device) {
        return flags.ask(flag, FlagsAndWindows.context(device)).message();
    }
}
