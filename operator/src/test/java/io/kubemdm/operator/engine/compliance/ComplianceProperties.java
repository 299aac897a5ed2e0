package io.kubemdm.operator.engine.compliance;

import static io.kubemdm.operator.engine.compliance.Standing.bundle;
import static io.kubemdm.operator.engine.compliance.Standing.step;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubemdm.operator.engine.compliance.LineDecision.Enforcement;
import io.kubemdm.protocol.event.DeviceEvent;
import io.kubemdm.protocol.state.Compliance;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Any sequence of facts, silence, time, lateness and repeats. */
class ComplianceProperties {

    private static final List<String> ACTIONS = List.of("Notify", "Quarantine", "DenyAccess", "Lock");
    private static final String[] FINDINGS = {"Kept", "Broken", "Broken", "Unknown", "Error", "NotApplicable"};

    @Provide
    Arbitrary<List<Integer>> days() {
        return Arbitraries.integers().between(0, 9_999).list().ofMinSize(1).ofMaxSize(80);
    }

    private static Standing device() {
        return Standing.with(bundle(
                Enforcement.Enforce,
                step("Notify", "PT0S"),
                step("Quarantine", "PT10M"),
                step("DenyAccess", "PT1H"),
                step("Lock", "P1D")));
    }

    private static List<DeviceEvent> live(Standing device, int day) {
        device.after("PT" + day % 90 + "M");
        String[] findings = {
            "strict=" + FINDINGS[day / 7 % FINDINGS.length], "mild=" + FINDINGS[day / 60 % FINDINGS.length]
        };
        return switch (day % 7) {
            case 0 -> device.ticks();
            case 1 -> device.falls_silent();
            case 2 -> {
                device.mayAct = !device.mayAct;
                yield device.ticks();
            }
            default -> device.hears(findings);
        };
    }

    @Property(tries = 300)
    void each_action_fires_at_most_once_until_it_is_cleared(@ForAll("days") List<Integer> days) {
        Standing device = device();
        days.forEach(day -> live(device, day));

        List<String> standing = new ArrayList<>();
        for (DeviceEvent event : device.events) {
            switch (event) {
                case DeviceEvent.ActionFired fired -> {
                    assertThat(standing).doesNotContain(fired.action());
                    standing.add(fired.action());
                }
                case DeviceEvent.ActionsCleared cleared -> {
                    assertThat(standing).containsAll(cleared.actions());
                    standing.removeAll(cleared.actions());
                }
                default -> {}
            }
        }
        if (device.isJudged()) {
            assertThat(device.line().fired()).containsExactlyInAnyOrderElementsOf(standing);
        }
    }

    @Property(tries = 300)
    void the_same_again_at_the_same_moment_changes_nothing(@ForAll("days") List<Integer> days) {
        Standing device = device();
        for (int day : days) {
            live(device, day);
            if (day % 7 > 2) {
                String[] findings = {
                    "strict=" + FINDINGS[day / 7 % FINDINGS.length], "mild=" + FINDINGS[day / 60 % FINDINGS.length]
                };
                assertThat(device.hears(findings)).isEmpty();
            }
        }
    }

    @Property(tries = 300)
    void what_stands_follows_from_what_fired(@ForAll("days") List<Integer> days) {
        Standing device = device();
        for (int day : days) {
            live(device, day);
            if (device.isJudged()) {
                Compliance now = device.compliance();
                List<String> fired = device.line().fired();
                assertThat(now.quarantine() != null).isEqualTo(fired.contains("Quarantine"));
                assertThat(now.accessDenied()).isEqualTo(fired.contains("DenyAccess"));
                assertThat(ACTIONS).containsAll(fired);
                if (fired.contains("Lock")) {
                    assertThat(device.line().nonCompliantSince()).isNotNull();
                }
            }
        }
    }

    @Property(tries = 200)
    void a_late_engine_never_acts(@ForAll("days") List<Integer> days) {
        Standing device = device();
        for (int day : days) {
            device.mayAct = false;
            if (day % 7 != 2) {
                live(device, day);
            }
        }

        assertThat(device.acts()).isEmpty();
    }
}
