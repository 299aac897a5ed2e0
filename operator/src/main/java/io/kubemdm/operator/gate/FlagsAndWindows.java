package io.kubemdm.operator.gate;

import io.kubemdm.crds.Ownership;
import io.kubemdm.crds.rollout.Rollout;
import io.kubemdm.crds.rollout.Window;
import io.kubemdm.operator.flag.FlagAnswer;
import io.kubemdm.operator.flag.FlagContext;
import io.kubemdm.operator.flag.Flags;
import io.kubemdm.operator.fleet.FleetDevice;
import io.kubemdm.operator.fleet.LiveRollout;
import io.kubemdm.operator.fleet.LiveRollout.Gated;
import io.kubemdm.operator.fleet.Turnstile;
import io.kubemdm.operator.gate.PassageDecision.Flag;
import io.kubemdm.operator.rollout.HoldDecision.Gates;
import io.kubemdm.operator.rollout.RolloutEvidence;
import io.kubemdm.operator.window.WindowDecision;
import io.kubemdm.protocol.bundle.PolicyRef;
import io.kubemdm.protocol.device.DeviceId;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** A rollout's feature flag and maintenance windows: what they say of each device, and of the rollout. */
public final class FlagsAndWindows implements Turnstile, RolloutEvidence {

    /** Remembered openings: windows times zones; forgotten all at once beyond. */
    private static final int MAX_OPENINGS = 10_000;

    private static final FlagAnswer NOT_ASKED = new FlagAnswer(FlagAnswer.Word.ON, "", true);

    private record Zoned(List<Window> windows, ZoneId zone) {}

    private record Name(String namespace, String name) {

        static Name of(LiveRollout rollout) {
            return new Name(rollout.namespace(), rollout.name());
        }
    }

    private final Flags flags;
    private final Function<DeviceId, List<PolicyRef>> ordered;
    private final Clock clock;
    private final Map<Zoned, WindowDecision> decided = new ConcurrentHashMap<>();
    private final Map<Name, GateCounts> counts = new ConcurrentHashMap<>();

    /** @param ordered bundles of a device's last order, empty without one */
    public FlagsAndWindows(Flags flags, Function<DeviceId, List<PolicyRef>> ordered, Clock clock) {
        this.flags = flags;
        this.ordered = ordered;
        this.clock = clock;
    }

    @Override
    public Answer ask(LiveRollout rollout, FleetDevice device, Turn turn) {
        Gated gated = rollout.gated();
        if (gated.equals(Gated.NONE)) {
            forget(rollout);
            return Answer.ADMIT;
        }
        FlagAnswer answer = answer(gated, device);
        PassageDecision passage = passage(rollout, device, answer, turn == Turn.TAKEN);
        counts.computeIfAbsent(Name.of(rollout), any -> new GateCounts())
                .put(device.id().name(), passage, turn != Turn.NOT_YET, answer.message());
        return switch (passage.way()) {
            case FREE -> Answer.ADMIT;
            case FLAG_OFF -> Answer.NEVER;
            case FLAG_UNREACHABLE, WINDOW_SHUT -> Answer.LATER;
        };
    }

    /** Whether what the rollout grants the device would reach it now, if its turn came; nobody is counted by that. */
    public PassageDecision passage(LiveRollout rollout, FleetDevice device) {
        return passage(rollout, device, answer(rollout.gated(), device), false);
    }

    /** Whether a window of the rollout is open for the device now, whatever else there is. */
    public boolean isOpen(LiveRollout rollout, FleetDevice device) {
        List<Window> windows = rollout.gated().windows();
        return window(windows, zone(windows, device)).open();
    }

    private PassageDecision passage(LiveRollout rollout, FleetDevice device, FlagAnswer answer, boolean taken) {
        List<Window> windows = rollout.gated().windows();
        ZoneId zone = zone(windows, device);
        return PassageDecision.decide(
                rollout.gated().flag() == null ? Flag.NONE : flag(answer),
                window(windows, zone).open(),
                zone.getId(),
                taken || PassageDecision.has(ordered.apply(device.id()), rollout.bundle(), rollout.retire()));
    }

    private FlagAnswer answer(Gated gated, FleetDevice device) {
        return gated.flag() == null ? NOT_ASKED : flags.ask(gated.flag(), context(device));
    }

    @Override
    public void forget(LiveRollout rollout, String device) {
        GateCounts found = counts.get(Name.of(rollout));
        if (found != null) {
            found.remove(device);
        }
    }

    @Override
    public void forget(LiveRollout rollout) {
        counts.remove(Name.of(rollout));
    }

    @Override
    public Gates gates(Rollout rollout) {
        return Gating.gates(
                rollout.getSpec(),
                held(
                        rollout.getMetadata().getNamespace(),
                        rollout.getMetadata().getName(),
                        rollout.getSpec().maintenanceWindows()));
    }

    Held held(String namespace, String name, List<Window> windows) {
        GateCounts found = counts.get(new Name(namespace, name));
        return found == null ? Held.NONE : found.held(zone -> opening(windows, ZoneId.of(zone)));
    }

    private static Flag flag(FlagAnswer answer) {
        return switch (answer.word()) {
            case ON -> Flag.ON;
            case OFF -> Flag.OFF;
            case UNREACHABLE -> Flag.UNREACHABLE;
        };
    }

    private static ZoneId zone(List<Window> windows, FleetDevice device) {
        return windows.stream().anyMatch(window -> window.timeZone().equals(Window.DEVICE))
                ? WindowDecision.zone(device.labels())
                : ZoneOffset.UTC;
    }

    /** The decision of all devices of a zone, until it changes. */
    private WindowDecision window(List<Window> windows, ZoneId zone) {
        Instant now = clock.instant();
        Zoned key = new Zoned(windows, zone);
        WindowDecision known = decided.get(key);
        if (known == null || (known.changesAt() != null && !now.isBefore(known.changesAt()))) {
            if (decided.size() >= MAX_OPENINGS) {
                decided.clear();
            }
            known = WindowDecision.decide(windows, zone, now);
            decided.put(key, known);
        }
        return known;
    }

    private Opening opening(List<Window> windows, ZoneId zone) {
        WindowDecision window = window(windows, zone);
        String message = window.changesAt() == null
                ? "no window ever opens"
                : "window " + window.name()
                        + (window.open()
                                ? " is open"
                                : " opens at " + window.changesAt().truncatedTo(ChronoUnit.SECONDS));
        return new Opening(
                window.open() ? clock.instant() : window.changesAt(),
                window.problem() == null ? message : message + "; " + window.problem());
    }

    /** What flags are asked by about a device. */
    public static FlagContext context(FleetDevice device) {
        return new FlagContext(
                device.id(),
                device.platform(),
                (device.ownedPersonally() ? Ownership.Personal : Ownership.Corporate).name(),
                device.labels());
    }
}
