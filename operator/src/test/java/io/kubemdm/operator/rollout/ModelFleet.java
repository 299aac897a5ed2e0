package io.kubemdm.operator.rollout;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.kubemdm.crds.rollout.Rollout;
import io.kubemdm.crds.rollout.RolloutSpec;
import io.kubemdm.crds.rollout.Window;
import io.kubemdm.operator.flag.FlagAnswers;
import io.kubemdm.operator.fleet.Fleet;
import io.kubemdm.operator.fleet.FleetDevice;
import io.kubemdm.operator.fleet.LiveRollout;
import io.kubemdm.operator.fleet.Tally;
import io.kubemdm.operator.gate.FlagsAndWindows;
import io.kubemdm.operator.rollout.RolloutDecision.Bundle;
import io.kubemdm.operator.rollout.RolloutDecision.Input;
import io.kubemdm.operator.rollout.RolloutDecision.Why;
import io.kubemdm.protocol.bundle.PolicyRef;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.json.Json;
import io.kubemdm.protocol.message.PolicyReported.State;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A whole rollout without anything around it: devices, the fleet's index and the decision, with a clock that only moves
 * when told to. Orders reach the engine at once; everything else of the arithmetic is the real code.
 */
final class ModelFleet {

    static final Bundle BUNDLE = new Bundle(new PolicyRef("base", "2.0.0", "sha256:2"), List.of(), 300);

    private Instant now = Instant.parse("2026-06-01T12:00:00Z");
    private final InstantSource source = () -> now;
    private final Clock clock = source.withZone(ZoneOffset.UTC);
    private final Rollout rollout = new Rollout();
    final Map<String, ModelDevice> devices = new TreeMap<>();
    final FlagAnswers flags = new FlagAnswers();
    FlagsAndWindows gates = new FlagsAndWindows(flags, this::ordered, clock);
    Fleet fleet = new Fleet(clock, gates);

    @Nullable ProgressDecision progress;

    private int named;

    ModelFleet(RolloutSpec spec) {
        rollout.setMetadata(new ObjectMetaBuilder()
                .withNamespace("acme")
                .withName("roll")
                .withUid("uid")
                .build());
        rollout.setSpec(spec);
    }

    Instant now() {
        return now;
    }

    RolloutSpec spec() {
        return rollout.getSpec();
    }

    void edit(RolloutSpec spec) {
        rollout.setSpec(spec);
    }

    void pass(Duration time) {
        now = now.plus(time);
    }

    ModelDevice arrive() {
        ModelDevice device = new ModelDevice("d-" + named++, now());
        devices.put(device.id.name(), device);
        tell(device);
        return device;
    }

    /** The engine and the API server say how the device is. */
    void tell(ModelDevice device) {
        if (device.declared) {
            fleet.declare(device.id, true, "Linux", Map.of("ring", device.ring, Window.ZONE_LABEL, device.timeZone));
        } else {
            fleet.undeclare(device.id);
        }
        fleet.know(device.known(BUNDLE.ref()));
    }

    /** Another replica takes over: it has the records, the states and the objects, and no status. */
    void restart() {
        gates = new FlagsAndWindows(flags, this::ordered, clock);
        fleet = new Fleet(clock, gates);
        if (progress != null) {
            progress = Json.read(Json.write(progress), ProgressDecision.class);
        }
        devices.values().forEach(this::tell);
    }

    /** Reconciles until nothing moves; devices follow their orders' assignment, not yet the orders. */
    RolloutDecision settle() {
        RolloutDecision decision = step();
        for (int i = 0; i < 50 && !Objects.equals(decision.progress(), progress); i++) {
            progress = decision.progress();
            decision = step();
        }
        return decision;
    }

    private RolloutDecision step() {
        LiveRollout live = Objects.requireNonNull(RolloutSituation.live(rollout, progress, BUNDLE));
        fleet.put(live);
        Instant opens = gates.gates(rollout).holding().opensAt();
        if (opens != null && !opens.isAfter(now())) {
            fleet.recheck("acme", "roll");
        }
        devices.values().forEach(device -> {
            device.assign(grants(device) ? BUNDLE.ref() : null, now());
            tell(device);
        });
        return RolloutDecision.decide(new Input(
                spec(),
                "uid",
                progress,
                BUNDLE,
                new Why("BundleMissing", "missing"),
                null,
                RolloutSituation.counts(tally()),
                count -> fleet.place("acme", "roll", count),
                place -> fleet.upTo("acme", "roll", place),
                ReachDecision.Limit.NONE,
                reach -> 0,
                () -> null,
                Map.of(),
                gates.gates(rollout),
                now()));
    }

    Rollout rollout() {
        return rollout;
    }

    List<PolicyRef> ordered(DeviceId id) {
        ModelDevice device = devices.get(id.name());
        return device == null || device.assigned == null ? List.of() : List.of(device.assigned);
    }

    boolean grants(ModelDevice device) {
        FleetDevice known = fleet.device(device.id);
        return known != null && !fleet.verdict(known).admitting().isEmpty();
    }

    Set<String> admitted() {
        Set<String> names = new TreeSet<>();
        devices.values().stream().filter(this::grants).forEach(device -> names.add(device.id.name()));
        return names;
    }

    Tally tally() {
        return fleet.tally("acme", "roll");
    }

    /** Every device does as ordered. */
    void obey(ModelDevice device, State state) {
        if (device.assigned != null) {
            device.say(state, now());
        }
        tell(device);
    }
}
