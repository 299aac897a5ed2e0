package io.kubemdm.testbed.bench;

import io.kubemdm.protocol.bundle.PolicyRef;
import io.kubemdm.protocol.event.DeviceEvent;
import io.kubemdm.protocol.message.PolicyReported;
import io.kubemdm.protocol.state.Compliance;
import io.kubemdm.protocol.state.ComplianceState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A device's life as a log holds it: enrolled, ordered, connected, and then days on which it comes, is judged and goes. */
final class RebuiltLife {

    private static final Instant T0 = Instant.parse("2026-01-01T00:00:00Z");
    private static final PolicyRef POLICY = new PolicyRef("baseline", "1.4.0", "sha256:" + "ab".repeat(32));

    private RebuiltLife() {}

    static List<DeviceEvent> of(int events) {
        List<DeviceEvent> life = new ArrayList<>();
        life.add(new DeviceEvent.Enrolled(
                "sha256:" + "cd".repeat(32),
                T0.plusSeconds(7_776_000),
                "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE" + "A".repeat(88),
                "Linux",
                "Corporate",
                Map.of("site", "berlin"),
                "berlin",
                "SN-1",
                "T14",
                "ACME"));
        life.add(new DeviceEvent.Assigned(1, List.of(POLICY), 300));
        for (int day = 1; life.size() < events; day++) {
            life.add(new DeviceEvent.Connected(day, "west", "gateway-0", "0.1.0", "Debian 12", 0));
            life.add(new DeviceEvent.PolicyChanged(POLICY, PolicyReported.State.Applied, day, null, null));
            life.add(new DeviceEvent.ComplianceChanged(compliance(day)));
            life.add(new DeviceEvent.Disconnected(day, "PeerGone"));
        }
        return life.subList(0, events);
    }

    private static Compliance compliance(int day) {
        ComplianceState state = day % 2 == 0 ? ComplianceState.Compliant : ComplianceState.InGracePeriod;
        Instant since = T0.plusSeconds(day * 86_400L);
        TreeMap<String, Compliance.Broken> rules = new TreeMap<>();
        if (state == ComplianceState.InGracePeriod) {
            rules.put(
                    "settings.password.minLength",
                    new Compliance.Broken(
                            state, since, since.plusSeconds(600), "8 is less than 12", "Medium", "Reapply", null));
        }
        return new Compliance(
                state,
                since,
                rules.isEmpty() ? null : since.plusSeconds(600),
                new TreeMap<>(Map.of(
                        POLICY.policy(),
                        new Compliance.Line(POLICY, false, state, since, null, null, List.of(), rules))),
                false,
                null,
                new TreeMap<>(Map.of(
                        "vpn",
                        new Compliance.Grant(POLICY.policy(), POLICY.digest(), 300, ComplianceState.Compliant))));
    }
}
