package io.kubemdm.operator.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubemdm.protocol.bundle.PolicyRef;
import io.kubemdm.protocol.device.DeviceId;
import java.time.Clock;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.jspecify.annotations.Nullable;

/** Who is admitted: exactly as many as asked, the same ones every time, and never fewer than before. */
class AdmissionProperties {

    private static final PolicyRef BUNDLE = new PolicyRef("base", "1.0.0", "sha256:abc");

    @Property(tries = 100)
    void openingAdmitsExactlySoMany(
            @ForAll @IntRange(min = 1, max = 300) int devices, @ForAll @IntRange(min = 1, max = 300) int count) {
        Fleet fleet = fleet(devices);
        int asked = Math.min(count, devices);
        fleet.put(rollout(fleet.place("acme", "roll", asked)));
        assertThat(fleet.tally("acme", "roll").admitted()).isEqualTo(asked);
        assertThat(admitted(fleet, devices)).hasSize(asked);
    }

    @Property(tries = 50)
    void aLaterThresholdKeepsEverybodyWhoWasAdmitted(
            @ForAll @IntRange(min = 2, max = 200) int devices,
            @ForAll @IntRange(min = 1, max = 200) int one,
            @ForAll @IntRange(min = 1, max = 200) int other) {
        Fleet fleet = fleet(devices);
        int less = Math.min(devices, Math.min(one, other));
        int more = Math.min(devices, Math.max(one, other));
        fleet.put(rollout(fleet.place("acme", "roll", less)));
        Set<String> before = admitted(fleet, devices);
        List<String> rung = fleet.put(rollout(fleet.place("acme", "roll", more)));
        Set<String> after = admitted(fleet, devices);
        assertThat(after).containsAll(before);
        assertThat(rung)
                .as("only the new ones are rung, once")
                .hasSize(more - less)
                .doesNotContainAnyElementsOf(before);
    }

    @Property(tries = 50)
    void membershipDoesNotDependOnTheOrderInWhichDevicesCame(
            @ForAll @IntRange(min = 1, max = 200) int devices, @ForAll @IntRange(min = 1, max = 200) int count) {
        Fleet up = fleet(devices);
        Fleet down = new Fleet(Clock.systemUTC());
        down.put(rollout(null));
        for (int i = devices - 1; i >= 0; i--) {
            add(down, i);
        }
        @Nullable String threshold = up.place("acme", "roll", Math.min(count, devices));
        assertThat(down.place("acme", "roll", Math.min(count, devices))).isEqualTo(threshold);
        up.put(rollout(threshold));
        down.put(rollout(threshold));
        assertThat(admitted(down, devices)).isEqualTo(admitted(up, devices));
    }

    @Property(tries = 50)
    void lateJoinersFallInByTheSameRule(
            @ForAll @IntRange(min = 1, max = 100) int devices, @ForAll @IntRange(min = 1, max = 100) int late) {
        Fleet fleet = fleet(devices);
        String threshold = fleet.place("acme", "roll", (devices + 1) / 2);
        fleet.put(rollout(threshold));
        for (int i = devices; i < devices + late; i++) {
            add(fleet, i);
        }
        int counted = admitted(fleet, devices + late).size();
        assertThat(fleet.tally("acme", "roll").admitted()).isEqualTo(counted);
        assertThat(fleet.upTo("acme", "roll", String.valueOf(threshold))).isEqualTo(counted);
    }

    private static Set<String> admitted(Fleet fleet, int devices) {
        Set<String> names = new HashSet<>();
        for (int i = 0; i < devices; i++) {
            FleetDevice device = fleet.device(new DeviceId("acme", "d-" + i));
            if (device != null && !fleet.verdict(device).admitting().isEmpty()) {
                names.add(device.id().name());
            }
        }
        return names;
    }

    private static Fleet fleet(int devices) {
        Fleet fleet = new Fleet(Clock.systemUTC());
        for (int i = 0; i < devices; i++) {
            add(fleet, i);
        }
        fleet.put(rollout(null));
        return fleet;
    }

    private static void add(Fleet fleet, int number) {
        DeviceId id = new DeviceId("acme", "d-" + number);
        fleet.declare(id, true, "Linux", Map.of());
        fleet.know(
                new SampleDevice(id, Instant.EPOCH).online(true, Instant.EPOCH).known());
    }

    private static LiveRollout rollout(@Nullable String threshold) {
        return new SampleRollout(BUNDLE, threshold).live();
    }
}
