package io.kubemdm.operator.automation.deprovision;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubemdm.crds.wiperequest.WipeType;
import io.kubemdm.operator.automation.deprovision.TriggerDecision.Ask;
import io.kubemdm.operator.automation.deprovision.TriggerDecision.Candidate;
import io.kubemdm.operator.automation.deprovision.TriggerDecision.Kind;
import io.kubemdm.operator.automation.deprovision.TriggerDecision.Source;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What follows from a trigger. */
class TriggerDecisionTest {

    private static final Instant T0 = Instant.parse("2026-11-28T08:00:00Z");
    private static final Candidate LAPTOP = new Candidate("d-laptop", 2, false);
    private static final Candidate PHONE = new Candidate("d-phone", 1, true);
    private static final TriggerDecision LEFT =
            TriggerDecision.pulled(Kind.UserDeactivated, Source.Scim, List.of("ada", "id-1"), T0);

    private static TriggerDecision look(TriggerDecision trigger, Duration later, Candidate... devices) {
        return trigger.look("scim-id-1-1", List.of(devices), T0.plus(later));
    }

    @Test
    void aCompanysDeviceIsWipedAndAPersonsCleaned() {
        assertThat(look(LEFT, Duration.ZERO, LAPTOP, PHONE).asks())
                .extracting(Ask::device, Ask::epoch, Ask::type, Ask::made)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("d-laptop", 2L, WipeType.FullWipe, false),
                        org.assertj.core.groups.Tuple.tuple("d-phone", 1L, WipeType.SelectiveWipe, false));
    }

    @Test
    void anotherLookAsksNoDeviceTwiceEvenWhenItHasEnrolledAgain() {
        TriggerDecision first = look(LEFT, Duration.ZERO, LAPTOP);
        assertThat(look(first, Duration.ofSeconds(1), LAPTOP, new Candidate("d-laptop", 3, true)))
                .isEqualTo(first);
    }

    @Test
    void aDeviceThatIsFoundLaterIsAsked() {
        TriggerDecision first = look(LEFT, Duration.ZERO, LAPTOP);
        assertThat(look(first, Duration.ofSeconds(20), LAPTOP, PHONE).asks()).hasSize(2);
    }

    @Test
    void theSameTriggerAndDeviceGiveTheSameNameAndOthersAnother() {
        String name = look(LEFT, Duration.ZERO, LAPTOP).asks().getFirst().wipeRequest();
        assertThat(name).matches("leaver-[0-9a-f]{12}-d-laptop");
        assertThat(look(LEFT, Duration.ZERO, LAPTOP).asks().getFirst().wipeRequest())
                .isEqualTo(name);
        assertThat(LEFT.look("scim-id-1-2", List.of(LAPTOP), T0)
                        .asks()
                        .getFirst()
                        .wipeRequest())
                .isNotEqualTo(name);
    }

    @Test
    void aLostDevicesRequestIsNamedByItsEnrolment() {
        TriggerDecision lost = TriggerDecision.pulled(Kind.DeviceLost, Source.Lifecycle, List.of("d-laptop"), T0);
        assertThat(look(lost, Duration.ZERO, LAPTOP).asks().getFirst().wipeRequest())
                .isEqualTo("lost-wipe-d-laptop-2");
        TriggerDecision told = TriggerDecision.pulled(Kind.DeviceLost, Source.Webhook, List.of("d-laptop"), T0);
        assertThat(look(told, Duration.ZERO, LAPTOP).asks().getFirst().wipeRequest())
                .matches("lost-wipe-[0-9a-f]{12}-d-laptop");
    }

    @Test
    void itClosesWhenAllIsMadeAndTheTimeToFindDevicesIsOverAndForgetsWhomItWasAbout() {
        TriggerDecision asked = look(LEFT, Duration.ZERO, LAPTOP);
        TriggerDecision made = asked.made(Set.of(asked.asks().getFirst().wipeRequest()));
        assertThat(made.asks().getFirst().made()).isTrue();
        assertThat(look(made, Duration.ofSeconds(29), LAPTOP).closed()).isFalse();
        assertThat(look(asked, Duration.ofHours(1), LAPTOP).closed())
                .as("not made")
                .isFalse();
        TriggerDecision closed = look(made, Duration.ofSeconds(30), LAPTOP);
        assertThat(closed.closed()).isTrue();
        assertThat(closed.subjects()).isEmpty();
        assertThat(look(closed, Duration.ofSeconds(31), PHONE)).isEqualTo(closed);
    }

    @Test
    void aRequestThatNobodyTakesIsGivenUpAfterAWeek() {
        TriggerDecision asked = look(LEFT, Duration.ZERO, LAPTOP);
        assertThat(look(asked, Duration.ofDays(7)).closed()).isTrue();
    }

    @Test
    void aRepeatIsKnownForLongerThanAnybodyRetries() {
        TriggerDecision closed = look(LEFT, Duration.ofSeconds(30));
        assertThat(closed.forgettable(T0.plus(Duration.ofDays(35)))).isFalse();
        assertThat(closed.forgettable(T0.plus(Duration.ofDays(36)))).isTrue();
        assertThat(LEFT.forgettable(T0.plus(Duration.ofDays(36)))).as("open").isFalse();
    }

    @Test
    void noTriggerGrowsWithoutEnd() {
        Candidate[] many = IntStream.range(0, 1_500)
                .mapToObj(i -> new Candidate("d-" + i, 1, true))
                .toArray(Candidate[]::new);
        assertThat(look(LEFT, Duration.ZERO, many).asks()).hasSize(TriggerDecision.MAX_DEVICES);
    }
}
