package io.kubemdm.operator.compliance;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubemdm.crds.wiperequest.WipeType;
import io.kubemdm.operator.compliance.ActionDecision.Input;
import io.kubemdm.protocol.bundle.PolicyRef;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.json.Json;
import io.kubemdm.protocol.order.Remediation;
import io.kubemdm.protocol.state.Compliance;
import io.kubemdm.protocol.state.ComplianceState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ActionDecisionTest {

    private static final DeviceId DEVICE = new DeviceId("acme", "d-a");
    private static final Instant NOW = Instant.parse("2026-11-28T12:00:00Z");
    private static final Instant SINCE = NOW.minusSeconds(60);
    private static final Compliance.Quarantine QUARANTINE = new Compliance.Quarantine("policy base", SINCE);

    @Test
    void nothing_follows_where_nothing_has_fired() {
        ActionDecision decision = decide(new TreeMap<>(), null);
        assertThat(decision.record().isEmpty()).isTrue();
        assertThat(decision.confines()).isFalse();
        assertThat(decision.lookAgain()).isNull();
    }

    @Test
    void each_action_is_done_once_in_an_episode() {
        ActionDecision first = decide(fired(SINCE, "Notify", "Remediate"), null);
        assertThat(first.notices()).hasSize(1);
        assertThat(first.remedies()).hasSize(1);

        ActionDecision again = decide(fired(SINCE, "Notify", "Remediate"), stored(first.record()));
        assertThat(again.notices()).isEmpty();
        assertThat(again.remedies()).isEmpty();
        assertThat(again.record()).isEqualTo(first.record());

        ActionDecision further = decide(fired(SINCE, "Notify", "Remediate", "Notify"), again.record());
        assertThat(further.notices()).extracting(ActionDecision.Fired::index).containsExactly(2);
        assertThat(further.remedies()).isEmpty();
    }

    @Test
    void another_episode_and_another_enrolment_are_done_anew_under_other_marks() {
        ActionDecision first = decide(fired(SINCE, "Notify"), null);
        ActionDecision next = decide(fired(SINCE.plusSeconds(9), "Notify"), first.record());
        ActionDecision life = ActionDecision.decide(
                new Input(DEVICE, 2, fired(SINCE, "Notify"), null, first.record(), 0, null, false, NOW));
        assertThat(next.notices()).hasSize(1);
        assertThat(life.notices()).hasSize(1);
        assertThat(List.of(
                        first.notices().getFirst().mark(),
                        next.notices().getFirst().mark(),
                        life.notices().getFirst().mark()))
                .doesNotHaveDuplicates();
    }

    @Test
    void what_is_complied_with_again_before_anybody_looked_is_not_done() {
        ActionDecision first = decide(fired(SINCE, "Notify"), null);
        ActionDecision over = decide(new TreeMap<>(), first.record());
        assertThat(over.notices()).isEmpty();
        assertThat(over.record().isEmpty()).isTrue();
    }

    @Test
    void a_line_is_remediated_once_an_hour_and_what_follows_does_not_wait() {
        ActionDecision first = decide(fired(SINCE, "Remediate"), null);
        Instant later = NOW.plusSeconds(600);
        // It was complied with in between: the hour is remembered.
        RemedyRecordDecision calm = at(later, new TreeMap<>(), first.record()).record();
        assertThat(calm.isEmpty()).isFalse();

        ActionDecision flapped = at(later, fired(later, "Remediate", "Notify"), calm);
        assertThat(flapped.remedies()).isEmpty();
        assertThat(flapped.notices()).hasSize(1);
        assertThat(flapped.lookAgain()).isEqualTo(NOW.plus(ActionDecision.REST));

        ActionDecision due = at(NOW.plus(ActionDecision.REST), fired(later, "Remediate", "Notify"), flapped.record());
        assertThat(due.remedies()).hasSize(1);
        assertThat(due.notices()).isEmpty();
        assertThat(at(NOW.plus(ActionDecision.REST), new TreeMap<>(), calm)
                        .record()
                        .isEmpty())
                .isTrue();
    }

    @Test
    void a_device_with_many_remediations_under_way_gets_no_further_one() {
        ActionDecision full = ActionDecision.decide(
                new Input(DEVICE, 1, fired(SINCE, "Remediate"), null, null, ActionDecision.MAX_OPEN, null, false, NOW));
        assertThat(full.remedies()).isEmpty();
        assertThat(full.lookAgain()).isEqualTo(NOW.plus(ActionDecision.OPEN_LOOK));
        assertThat(decide(fired(SINCE, "Remediate"), full.record()).remedies()).hasSize(1);
    }

    @Test
    void a_remediation_is_by_the_rules_that_ran_out_of_grace() {
        TreeMap<String, Compliance.Broken> rules = new TreeMap<>();
        rules.put("a", broken(ComplianceState.NonCompliant, "Script", "fix-a"));
        rules.put("b", broken(ComplianceState.NonCompliant, "Script", "fix-a"));
        rules.put("c", broken(ComplianceState.InGracePeriod, "Reapply", null));
        rules.put("d", broken(ComplianceState.NonCompliant, "Script", "../bad"));
        rules.put("e", broken(ComplianceState.NonCompliant, "Perhaps", null));
        assertThat(ActionDecision.remediation(line(SINCE, rules, "Remediate")))
                .isEqualTo(new Remediation(false, List.of("fix-a")));

        rules.put("c", broken(ComplianceState.NonCompliant, "Reapply", null));
        assertThat(ActionDecision.remediation(line(SINCE, rules, "Remediate")).reapply())
                .isTrue();
    }

    @Test
    void where_no_rule_says_how_nothing_is_ordered() {
        TreeMap<String, Compliance.Broken> rules = new TreeMap<>();
        rules.put("a", broken(ComplianceState.NonCompliant, "None", null));
        TreeMap<String, Compliance.Line> fired = new TreeMap<>();
        fired.put("base", line(SINCE, rules, "Remediate"));
        ActionDecision decision = decide(fired, null);
        assertThat(decision.remedies()).isEmpty();
        assertThat(decision.record().lines().get("base").done()).containsExactly(0);
    }

    @Test
    void requests_are_asked_for_until_they_are_on_record_always_under_the_same_name() {
        ActionDecision first = decide(fired(SINCE, "Lock", "Retire", "Wipe"), null);
        assertThat(first.asks())
                .extracting(ActionDecision.Ask::type)
                .containsExactly(WipeType.Lock, WipeType.Retire, WipeType.FullWipe);
        assertThat(first.asks()).allSatisfy(ask -> assertThat(ask.name()).startsWith("policy-d-a-1-"));
        assertThat(decide(fired(SINCE, "Lock", "Retire", "Wipe"), first.record())
                        .asks())
                .isEqualTo(first.asks());

        RemedyRecordDecision made =
                first.record().done("base", 0).done("base", 1).done("base", 2).done("base", 2);
        assertThat(decide(fired(SINCE, "Lock", "Retire", "Wipe"), made).asks()).isEmpty();
    }

    @Test
    void a_persons_device_keeps_what_is_the_persons() {
        ActionDecision decision =
                ActionDecision.decide(new Input(DEVICE, 1, fired(SINCE, "Wipe"), null, null, 0, null, true, NOW));
        assertThat(decision.asks()).extracting(ActionDecision.Ask::type).containsExactly(WipeType.SelectiveWipe);
    }

    @Test
    void words_of_a_newer_version_are_passed_over() {
        ActionDecision decision = decide(fired(SINCE, "Teleport", "Notify", "DenyAccess", "Quarantine"), null);
        assertThat(decision.notices()).hasSize(1);
        assertThat(decision.record().lines().get("base").done()).containsExactly(0, 1, 2, 3);
    }

    @Test
    void a_quarantine_waits_for_room_then_stands_until_it_is_released() {
        assertThat(ActionDecision.asksForRoom(1, QUARANTINE, null)).isTrue();
        ActionDecision held = confine(QUARANTINE, null, NOW.plusSeconds(30), NOW);
        assertThat(held.confines()).isFalse();
        assertThat(held.lookAgain()).isEqualTo(NOW.plusSeconds(30));
        assertThat(held.record().isEmpty()).isTrue();

        ActionDecision confined = confine(QUARANTINE, null, null, NOW);
        assertThat(confined.confines()).isTrue();
        assertThat(confined.record().spent()).containsExactly(NOW);

        // It is charged once, however often it is looked at, and also when there is no room for others any more.
        assertThat(ActionDecision.asksForRoom(1, QUARANTINE, confined.record())).isFalse();
        ActionDecision still = confine(QUARANTINE, confined.record(), NOW.plusSeconds(99), NOW.plusSeconds(9));
        assertThat(still.confines()).isTrue();
        assertThat(still.record()).isEqualTo(confined.record());

        ActionDecision released = confine(null, stored(still.record()), null, NOW.plusSeconds(10));
        assertThat(released.confines()).isFalse();
        assertThat(released.record().spent()).containsExactly(NOW);
        assertThat(ActionDecision.asksForRoom(1, QUARANTINE, released.record())).isTrue();
        assertThat(confine(null, released.record(), null, NOW.plus(Duration.ofHours(24)))
                        .record()
                        .isEmpty())
                .isTrue();
    }

    @Test
    void a_new_enrolment_is_confined_anew_and_gives_nothing_back() {
        RemedyRecordDecision confined = confine(QUARANTINE, null, null, NOW).record();
        assertThat(ActionDecision.asksForRoom(2, QUARANTINE, confined)).isTrue();
        RemedyRecordDecision next = ActionDecision.decide(
                        new Input(DEVICE, 2, new TreeMap<>(), QUARANTINE, confined, 0, null, false, NOW.plusSeconds(5)))
                .record();
        assertThat(next.spent()).containsExactly(NOW, NOW.plusSeconds(5));
    }

    private static ActionDecision confine(
            Compliance.@Nullable Quarantine quarantine,
            @Nullable RemedyRecordDecision record,
            @Nullable Instant roomAt,
            Instant now) {
        return ActionDecision.decide(new Input(DEVICE, 1, new TreeMap<>(), quarantine, record, 0, roomAt, false, now));
    }

    private static ActionDecision decide(
            SortedMap<String, Compliance.Line> fired, @Nullable RemedyRecordDecision record) {
        return at(NOW, fired, record);
    }

    private static ActionDecision at(
            Instant now, SortedMap<String, Compliance.Line> fired, @Nullable RemedyRecordDecision record) {
        return ActionDecision.decide(new Input(DEVICE, 1, fired, null, record, 0, null, false, now));
    }

    /** As the next leader reads it. */
    private static RemedyRecordDecision stored(RemedyRecordDecision record) {
        return Json.read(Json.write(record), RemedyRecordDecision.class);
    }

    private static SortedMap<String, Compliance.Line> fired(Instant since, String... actions) {
        TreeMap<String, Compliance.Broken> rules = new TreeMap<>();
        rules.put("r", broken(ComplianceState.NonCompliant, "Reapply", null));
        TreeMap<String, Compliance.Line> fired = new TreeMap<>();
        fired.put("base", line(since, rules, actions));
        return fired;
    }

    private static Compliance.Line line(Instant since, SortedMap<String, Compliance.Broken> rules, String... actions) {
        return new Compliance.Line(
                new PolicyRef("base", "1.0.0", "sha256:" + "a".repeat(64)),
                false,
                ComplianceState.NonCompliant,
                since,
                null,
                since,
                List.of(actions),
                rules);
    }

    private static Compliance.Broken broken(ComplianceState state, String remediation, @Nullable String script) {
        return new Compliance.Broken(state, SINCE, null, null, "High", remediation, script);
    }
}
