package io.kubemdm.operator.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubemdm.protocol.bundle.PolicyRef;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.message.PolicyReported;
import io.kubemdm.protocol.message.PolicyReported.State;
import io.kubemdm.protocol.state.ComplianceState;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class BundleCountsTest {

    private static final PolicyRef BUNDLE = new PolicyRef("base", "1.0.0", "sha256:" + "a".repeat(64));

    private final Fleet fleet = new Fleet(Clock.systemUTC());

    @Test
    void devices_are_counted_by_how_they_stand_to_the_bundle() {
        device("keeps", State.Applied, null, ComplianceState.Compliant);
        device("breaks", State.Applied, "Overridden", ComplianceState.NonCompliant);
        device("ties", State.Applied, PolicyReported.CONFLICTING, ComplianceState.InGracePeriod);
        device("refuses", State.Rejected, PolicyReported.CONFLICTING, null);

        assertThat(new BundleCounts(
                                fleet, device -> Set.of(BUNDLE.digest()), Clock.fixed(Instant.EPOCH, ZoneOffset.UTC))
                        .of("acme", BUNDLE.digest()))
                .isEqualTo(new BundleCounts.Count(4, 3, 1, 1, 1, 1, 1));
    }

    private void device(String name, State state, @Nullable String reason, @Nullable ComplianceState verdict) {
        DeviceId id = new DeviceId("acme", name);
        fleet.declare(id, true, "Linux", Map.of());
        fleet.know(new SampleDevice(id, Instant.EPOCH)
                .says(List.of(new KnownDevice.Line(BUNDLE, state, Instant.EPOCH, reason, null, BUNDLE)))
                .judged(verdict == null ? Map.of() : Map.of(BUNDLE.digest(), new KnownDevice.Verdict(verdict, null)))
                .known());
    }
}
