package io.kubemdm.operator.device;

import io.kubemdm.crds.Platform;
import io.kubemdm.crds.device.DeviceSpec;
import io.kubemdm.crds.device.DeviceSpecBuilder;
import io.kubemdm.crds.device.Lifecycle;
import io.kubemdm.operator.device.DeviceDecision.Declared;
import io.kubemdm.operator.device.DeviceDecision.Enrolled;
import io.kubemdm.operator.device.DeviceDecision.Grant;
import io.kubemdm.operator.device.DeviceDecision.Input;
import io.kubemdm.operator.device.DeviceDecision.Order;
import io.kubemdm.operator.device.StoodDecision.Revoked;
import io.kubemdm.protocol.bundle.PolicyRef;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A device as the decision finds it: enrolled, told of to the engine, and nothing granted, ordered or asked for unless said. */
final class Situation {

    static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");
    static final Instant ENROLLED_AT = NOW.minusSeconds(3600);
    static final PolicyRef V1 = new PolicyRef("base", "1.0.0", "sha256:1");
    static final PolicyRef V2 = new PolicyRef("base", "2.0.0", "sha256:2");
    static final PolicyRef OTHER = new PolicyRef("vpn", "1.0.0", "sha256:3");
    static final Declared OBJECT = new Declared("uid", 3, Map.of("ring", "a"));
    private static final Revoked NOTHING = new Revoked(Set.of(), Set.of());
    static final Enrolled ENROLLED = new Enrolled(1, 0, ENROLLED_AT);

    private final DeviceSpec spec;
    private @Nullable Declared engineHas = OBJECT;
    private @Nullable Enrolled enrolled = ENROLLED;
    private @Nullable Order issued;
    private List<Grant> grants = List.of();
    private Revoked revoked = NOTHING;
    private @Nullable Instant revokedBefore;
    private boolean lockAsked;
    private boolean confined;

    Situation(DeviceSpec spec) {
        this.spec = spec;
    }

    Situation known(@Nullable Declared toEngine) {
        engineHas = toEngine;
        return this;
    }

    Situation enrolled(@Nullable Enrolled as) {
        enrolled = as;
        return this;
    }

    Situation issued(@Nullable Order order) {
        issued = order;
        return this;
    }

    Situation granted(List<Grant> what) {
        grants = what;
        return this;
    }

    Situation revoked(Set<String> digests) {
        revoked = new Revoked(digests, Set.of());
        return this;
    }

    Situation voidBefore(@Nullable Instant moment) {
        revokedBefore = moment;
        return this;
    }

    Situation lockAsked(boolean is) {
        lockAsked = is;
        return this;
    }

    Situation confined(boolean byPolicies) {
        confined = byPolicies;
        return this;
    }

    DeviceDecision decide() {
        return DeviceDecision.decide(new Input(
                spec,
                OBJECT,
                engineHas,
                enrolled,
                issued,
                StoodDecision.NONE,
                grants,
                revoked,
                revokedBefore,
                lockAsked,
                confined,
                NOW));
    }

    static DeviceSpec active() {
        return spec(Lifecycle.Active).build();
    }

    static DeviceSpecBuilder spec(Lifecycle lifecycle) {
        return DeviceSpecBuilder.builder().platform(Platform.Linux).lifecycle(lifecycle);
    }

    static Grant grant(PolicyRef ref) {
        return new Grant(ref, false, 300);
    }

    static Order order(long epoch, long seq, int heartbeat, PolicyRef... refs) {
        return new Order(epoch, seq, List.of(refs), heartbeat, null);
    }
}
