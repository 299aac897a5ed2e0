package io.kubemdm.operator.device;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubemdm.operator.device.DeviceDecision.Declared;
import io.kubemdm.operator.device.DeviceDecision.Enrolled;
import io.kubemdm.operator.device.DeviceDecision.Grant;
import io.kubemdm.operator.device.DeviceDecision.Input;
import io.kubemdm.operator.device.DeviceDecision.Order;
import io.kubemdm.operator.device.StoodDecision.Revoked;
import io.kubemdm.protocol.bundle.PolicyRef;
import io.kubemdm.protocol.json.Json;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Whatever other rollouts do meanwhile: taking one back leaves the order the device would have without it. */
class StoodProperties {

    private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");
    private static final int ROLLOUTS = 5;

    /** What one rollout is to the device. */
    private enum Stance {
        ABSENT,
        ADMITS,
        REVOKED
    }

    /** A device's order and what is remembered beside it, as both go through Kafka. */
    private static final class Device {
        private @Nullable Order order;
        private StoodDecision stood = StoodDecision.NONE;

        void look(List<Grant> grants, Revoked revoked) {
            DeviceDecision decision = DeviceDecision.decide(new Input(
                    Situation.active(),
                    new Declared("uid", 1, Map.of()),
                    null,
                    new Enrolled(1, 0, NOW),
                    order,
                    stood,
                    grants,
                    revoked,
                    null,
                    false,
                    false,
                    NOW));
            order = decision.order() == null ? order : decision.order();
            if (decision.stood() != null) {
                stood = Json.read(Json.write(decision.stood()), StoodDecision.class);
            }
        }

        List<PolicyRef> policies() {
            return order == null ? List.of() : order.policies();
        }
    }

    @Property(tries = 500)
    void takingARolloutBackLeavesWhatTheDeviceWouldHaveWithoutIt(
            @ForAll @Size(max = 30) List<@IntRange(min = 0, max = ROLLOUTS * 3 - 1) Integer> moves,
            @ForAll @IntRange(min = 0, max = ROLLOUTS - 1) int tried,
            @ForAll @IntRange(min = 0, max = 31) int retiring) {
        Stance[] stances = new Stance[ROLLOUTS];
        java.util.Arrays.fill(stances, Stance.ABSENT);
        Device with = new Device();
        Device without = new Device();
        for (int move : moves) {
            stances[move / 3] = Stance.values()[move % 3];
            if (move / 3 == tried && stances[tried] == Stance.ABSENT) {
                stances[tried] = Stance.ADMITS; // it is taken back, not deleted
            }
            look(with, stances, retiring, -1);
            look(without, stances, retiring, tried);
            assertThat(with.policies().stream().map(PolicyRef::policy).collect(Collectors.toSet()))
                    .as("one version of a line")
                    .hasSize(with.policies().size());
        }
        stances[tried] = Stance.REVOKED;
        look(with, stances, retiring, -1);
        look(without, stances, retiring, tried);
        assertThat(with.policies()).isEqualTo(without.policies());
        look(with, stances, retiring, -1);
        assertThat(with.policies()).as("and stays so").isEqualTo(without.policies());
    }

    private static void look(Device device, Stance[] stances, int retiring, int left) {
        List<Grant> grants = new ArrayList<>();
        Set<String> set = new HashSet<>();
        Set<String> removed = new HashSet<>();
        for (int i = 0; i < stances.length; i++) {
            boolean retire = (retiring >> i & 1) == 1;
            PolicyRef ref = new PolicyRef("base", (i + 1) + ".0.0", "sha256:" + i);
            if (i != left && stances[i] == Stance.ADMITS) {
                grants.add(new Grant(ref, retire, 300));
            } else if (i != left && stances[i] == Stance.REVOKED) {
                (retire ? removed : set).add(ref.digest());
            }
        }
        device.look(grants, new Revoked(set, removed));
    }

    /** The rollout of the former version is long gone. */
    @Test
    void aDeviceReturnsToAVersionThatNoRolloutGrantsAnyMore() {
        PolicyRef v1 = new PolicyRef("base", "1.0.0", "sha256:1");
        PolicyRef v2 = new PolicyRef("base", "2.0.0", "sha256:2");
        Device device = new Device();
        device.look(List.of(new Grant(v1, false, 300)), new Revoked(Set.of(), Set.of()));
        device.look(List.of(), new Revoked(Set.of(), Set.of()));
        device.look(List.of(new Grant(v2, false, 300)), new Revoked(Set.of(), Set.of()));
        assertThat(device.policies()).containsExactly(v2);
        device.look(List.of(), new Revoked(Set.of("sha256:2"), Set.of()));
        assertThat(device.policies()).containsExactly(v1);
        assertThat(device.stood).as("nothing is left to remember").isEqualTo(StoodDecision.NONE);
    }

    /** The bundle that is retired is the very one the device has. */
    @Test
    void aRetirementThatIsTakenBackBringsTheLineBack() {
        PolicyRef v1 = new PolicyRef("base", "1.0.0", "sha256:1");
        Device device = new Device();
        device.look(List.of(new Grant(v1, false, 300)), new Revoked(Set.of(), Set.of()));
        device.look(List.of(new Grant(v1, true, 300)), new Revoked(Set.of(), Set.of()));
        assertThat(device.policies()).isEmpty();
        device.look(List.of(), new Revoked(Set.of(), Set.of("sha256:1")));
        assertThat(device.policies()).containsExactly(v1);
    }
}
