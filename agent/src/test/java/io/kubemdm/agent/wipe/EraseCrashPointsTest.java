package io.kubemdm.agent.wipe;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubemdm.agent.Pki;
import io.kubemdm.agent.identity.TestIdentity;
import io.kubemdm.agent.order.DepartureDecision;
import io.kubemdm.agent.wipe.ErasedWorld.Fault;
import io.kubemdm.protocol.order.CommandType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The agent is killed at every write, every delete and every act of an erase and of the departure after it, one after the
 * other, and starts again.
 */
class EraseCrashPointsTest {

    private static final int MOST_POINTS = 200;
    private static final int NEVER = Integer.MAX_VALUE;

    private final Pki pki = new Pki();

    @ParameterizedTest
    @CsvSource({"CryptoErase, true", "CryptoErase, false", "FullWipe, true", "FullWipe, false"})
    void killed_anywhere_it_erases_as_planned_swears_once_and_goes_off_last(CommandType type, boolean acknowledged) {
        boolean crashed = true;
        int point = 0;
        while (crashed) {
            assertThat(++point).isLessThan(MOST_POINTS);
            ErasedLife life = new ErasedLife(pki, type, null, point);
            crashed = life.toTheEnd(acknowledged);
            life.assertGone(acknowledged, type + " at " + point);
        }
        assertThat(point).as("steps that were killed at").isGreaterThan(30);
    }

    @ParameterizedTest
    @CsvSource({
        "Unreadable, ReadSlots",
        "EraseRefused, EraseSlots",
        "SlotLeft, VerifySlots",
        "UnreadableAfter, VerifySlots",
        "OverwriteRefused, OverwriteHeader",
        "HeaderLeft, VerifyHeader"
    })
    void killed_anywhere_a_device_that_is_not_proven_erased_is_a_failure_of_that_step(Fault fault, String step) {
        boolean crashed = true;
        int point = 0;
        while (crashed) {
            assertThat(++point).isLessThan(MOST_POINTS);
            ErasedLife life = new ErasedLife(pki, CommandType.FullWipe, fault, point);
            crashed = life.untilSworn();
            life.assertFailed(step, fault + " at " + point);
        }
    }

    @Test
    void the_identity_stays_until_the_receipt_is_in_kafka_or_ten_minutes_have_passed() {
        ErasedLife life = new ErasedLife(pki, CommandType.CryptoErase, null, NEVER);
        life.untilSworn();
        assertThat(life.departure.isDue()).isFalse();

        life.ticks += DepartureDecision.PATIENCE.minusNanos(1).toNanos();
        assertThat(life.departure.isDue()).isFalse();
        life.departure.receiptRefused("w-1");
        assertThat(life.departure.isDue()).as("refused by a gateway").isFalse();
        life.ticks += 1;
        assertThat(life.departure.isDue()).isTrue();
    }

    @Test
    void an_agent_that_starts_again_without_knowing_whether_its_receipt_arrived_sends_it_again() {
        ErasedLife life = new ErasedLife(pki, CommandType.CryptoErase, null, NEVER);
        life.untilSworn();
        life.world.outbox.clear();

        life.start();

        assertThat(life.departure.isDue()).isFalse();
        assertThat(life.world.outbox).containsKey("w-1");
        assertThat(life.world.receipts).hasSize(1);
    }

    @Test
    void a_receipt_that_arrived_once_is_enough_although_a_copy_of_it_is_still_on_its_way() {
        ErasedLife life = new ErasedLife(pki, CommandType.CryptoErase, null, NEVER);
        life.untilSworn();
        assertThat(life.world.isWaiting("w-1")).isTrue();

        life.departure.receiptAcknowledged("another");
        assertThat(life.departure.isDue()).isFalse();
        life.departure.receiptAcknowledged("w-1");

        assertThat(life.world.isWaiting("w-1")).isTrue();
        assertThat(life.departure.isDue()).isTrue();
    }

    @Test
    void a_machine_that_somebody_starts_again_afterwards_is_not_turned_off_once_more() {
        ErasedLife life = new ErasedLife(pki, CommandType.CryptoErase, null, NEVER);
        life.toTheEnd(true);
        life.world.boot = "second";

        assertThat(Departure.finish(life.ground())).isNotNull();

        assertThat(life.world.log).containsOnlyOnce("off");
    }

    @Test
    void a_machine_that_was_enrolled_anew_is_not_the_one_that_left() {
        ErasedLife life = new ErasedLife(pki, CommandType.CryptoErase, null, NEVER);
        life.toTheEnd(true);
        TestIdentity.enrolled(life.ground().identities(), pki);

        assertThat(Departure.finish(life.ground())).isNull();
        assertThat(life.ground().identities().read()).isNotNull();
    }
}
