package io.kubemdm.operator.wiperequest;

import static io.kubemdm.operator.wiperequest.WipeCases.CREATED;
import static io.kubemdm.operator.wiperequest.WipeCases.END;
import static io.kubemdm.operator.wiperequest.WipeCases.NOW;
import static io.kubemdm.operator.wiperequest.WipeCases.command;
import static io.kubemdm.operator.wiperequest.WipeCases.decide;
import static io.kubemdm.operator.wiperequest.WipeCases.ended;
import static io.kubemdm.operator.wiperequest.WipeCases.issued;
import static io.kubemdm.operator.wiperequest.WipeCases.record;
import static io.kubemdm.operator.wiperequest.WipeCases.spec;
import static io.kubemdm.operator.wiperequest.WipeCases.target;
import static io.kubemdm.operator.wiperequest.WipeCases.yes;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubemdm.crds.wiperequest.OnExpiry;
import io.kubemdm.crds.wiperequest.WipePhase;
import io.kubemdm.crds.wiperequest.WipeType;
import io.kubemdm.operator.wiperequest.WipeDecision.Act;
import io.kubemdm.operator.wiperequest.WipeDecision.Target;
import io.kubemdm.protocol.message.CommandAcknowledged.Refusal;
import io.kubemdm.protocol.order.Receipt;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What holds of FullWipe and CryptoErase alone, and of what outlives its time. */
class EraseDecisionTest {

    private static final Instant WEAK = CREATED.plusSeconds(2).plus(Duration.ofDays(7));
    private static final Target ACKNOWLEDGED = target(1, command(5, true, true, null, 5, null), 5);

    @Test
    void aPersonalDeviceIsNeverErasedWhoeverAgrees() {
        for (WipeType type : new WipeType[] {WipeType.FullWipe, WipeType.CryptoErase}) {
            WipeDecision decision = decide(
                    spec(type),
                    null,
                    new Target(1, true, null, 0, null, null),
                    NOW,
                    yes("a", "bob"),
                    yes("b", "carol"));
            assertThat(decision.phase()).isEqualTo(WipePhase.Rejected);
            assertThat(decision.reason()).isEqualTo("ForbiddenByOwnership");
        }
        assertThat(decide(spec(WipeType.SelectiveWipe), null, new Target(1, true, null, 0, null, null), NOW)
                        .act())
                .isEqualTo(Act.SIGN);
    }

    @Test
    void nothingIsSignedForADeviceOfWhichNothingIsKnownAnyMore() {
        WipeRecordDecision approved = WipeCases.bound(WipeType.FullWipe)
                .approved(new WipeRecordDecision.Approval(CREATED, 2, java.util.List.of()));
        WipeDecision decision = decide(spec(WipeType.FullWipe), approved, target(0, null, 0), NOW);
        assertThat(decision.phase()).isEqualTo(WipePhase.Held);
        assertThat(decision.act()).isEqualTo(Act.NOTHING);
        assertThat(record(decision)).isEqualTo(approved);
    }

    @Test
    void anEraseDoesNotWaitForALockThatWasNeverFetched() {
        Target locked = new Target(1, false, null, 7, "lock-1", null);
        WipeDecision decision = decide(spec(WipeType.FullWipe), null, locked, NOW, yes("a", "bob"), yes("b", "carol"));
        assertThat(decision.act()).isEqualTo(Act.SIGN_AND_REVOKE);
        assertThat(record(decision).seq()).isEqualTo(8);
    }

    @Test
    void anAcknowledgedEraseIsErasingUntilItsReceiptAndNeverCompletedWithout() {
        WipeRecordDecision record = issued(WipeType.CryptoErase);
        WipeDecision erasing = decide(spec(WipeType.CryptoErase), record, ACKNOWLEDGED, NOW);
        assertThat(erasing.phase()).isEqualTo(WipePhase.Erasing);
        assertThat(erasing.reason()).isEqualTo("Erasing");
        assertThat(erasing.lookAgain()).isEqualTo(WEAK);
        assertThat(erasing.act()).as("it outlives the engine's view").isEqualTo(Act.REMEMBER);
        WipeDecision weak = decide(spec(WipeType.CryptoErase), record(erasing), target(0, null, 0), WEAK);
        assertThat(weak.phase()).isEqualTo(WipePhase.Erasing);
        assertThat(weak.reason()).isEqualTo("ReceiptMissing");
        assertThat(weak.act()).isEqualTo(Act.NOTHING);
    }

    @Test
    void anEraseThatBeganIsSignedOnWhenItsTimeIsUp() {
        for (OnExpiry onExpiry : new OnExpiry[] {OnExpiry.RevokeAndDeny, OnExpiry.Cancel, OnExpiry.KeepTrying}) {
            WipeDecision decision = decide(
                    spec(WipeType.FullWipe).withOnExpiry(onExpiry), issued(WipeType.FullWipe), ACKNOWLEDGED, END);
            assertThat(decision.phase()).isEqualTo(WipePhase.Erasing);
            assertThat(decision.act()).isEqualTo(Act.SIGN);
            assertThat(record(decision).notAfter()).isAfter(END);
        }
    }

    @Test
    void aReceiptCompletesAndTheNewLifeOfTheDeviceKeepsItsCertificates() {
        Target done = target(1, command(5, true, true, null, 0, ended(Receipt.Outcome.Completed)), 5);
        WipeDecision completed = decide(spec(WipeType.FullWipe), issued(WipeType.FullWipe), done, NOW);
        assertThat(completed.phase()).isEqualTo(WipePhase.Completed);
        assertThat(completed.act()).as("access ended when it was signed").isEqualTo(Act.CLOSE);
    }

    @Test
    void anEraseWithoutReceiptOnADeviceThatEnrolledAgainIsSuperseded() {
        WipeRecordDecision erasing = issued(WipeType.FullWipe).acknowledged(CREATED.plusSeconds(2));
        WipeDecision decision = decide(spec(WipeType.FullWipe), erasing, target(2, null, 0), NOW);
        assertThat(decision.phase()).isEqualTo(WipePhase.Superseded);
        assertThat(Objects.requireNonNull(record(decision).end()).acknowledgedAt())
                .isEqualTo(CREATED.plusSeconds(2));
    }

    @Test
    void whatExpiresDeniedStaysSignedForWhoeverComesBack() {
        WipeRecordDecision expired = expired();
        assertThat(expired.withdrawn()).isFalse();
        assertThat(expired.seq()).isEqualTo(6);
        assertThat(expired.notAfter()).isEqualTo(END.plus(SignedDecision.RENEWAL));
        WipeDecision later = decide(spec(WipeType.FullWipe), expired, target(1, null, 6), END.plusSeconds(1));
        assertThat(later.act()).isEqualTo(Act.NOTHING);
        Instant due = Objects.requireNonNull(later.lookAgain());
        WipeDecision renewed = decide(spec(WipeType.FullWipe), expired, target(1, null, 6), due);
        assertThat(renewed.act()).isEqualTo(Act.SIGN);
        assertThat(renewed.phase()).isEqualTo(WipePhase.Expired);
        assertThat(record(renewed).seq()).isEqualTo(7);
    }

    @Test
    void aLateReceiptIsShownOnTheExpiredRequestWhichStaysExpired() {
        Target done = target(1, command(6, true, true, null, 0, ended(Receipt.Outcome.Completed)), 6);
        WipeDecision late = decide(spec(WipeType.FullWipe), expired(), done, END.plus(Duration.ofDays(100)));
        assertThat(late.phase()).isEqualTo(WipePhase.Expired);
        assertThat(late.act()).isEqualTo(Act.CLOSE);
        assertThat(Objects.requireNonNull(record(late).late()).completed()).isTrue();
        assertThat(decide(spec(WipeType.FullWipe), record(late), target(2, null, 0), END.plus(Duration.ofDays(200)))
                        .act())
                .isEqualTo(Act.NOTHING);
    }

    @Test
    void aStandingCommandIsSignedAboveTheCounterOfTheDeviceThatCameBack() {
        Target stale = target(1, command(6, true, false, Refusal.StaleSeq, 9, null), 6);
        WipeDecision again = decide(spec(WipeType.FullWipe), expired(), stale, END.plusSeconds(5));
        assertThat(again.act()).isEqualTo(Act.SIGN);
        assertThat(record(again).seq()).isEqualTo(10);
        assertThat(again.phase()).isEqualTo(WipePhase.Expired);
    }

    @Test
    void aStandingCommandEndsWithANewEnrolmentOrWhenItIsCancelled() {
        assertThat(decide(spec(WipeType.FullWipe), expired(), target(2, null, 0), END.plusSeconds(5))
                        .act())
                .isEqualTo(Act.WITHDRAW);
        WipeDecision cancelled =
                decide(spec(WipeType.FullWipe).withCancelled(true), expired(), target(1, null, 6), END.plusSeconds(5));
        assertThat(cancelled.act()).isEqualTo(Act.WITHDRAW);
        assertThat(cancelled.phase()).isEqualTo(WipePhase.Expired);
        assertThat(record(cancelled).standing()).isFalse();
    }

    @Test
    void aLockThatExpiresIsWithdrawnAndAnUnlockCostsNobodyItsAccess() {
        assertThat(decide(spec(WipeType.Lock), issued(WipeType.Lock), target(1, null, 5), END)
                        .act())
                .isEqualTo(Act.WITHDRAW_AND_REVOKE);
        assertThat(decide(spec(WipeType.Unlock), issued(WipeType.Unlock), target(1, null, 5), END)
                        .act())
                .isEqualTo(Act.WITHDRAW);
    }

    private static WipeRecordDecision expired() {
        WipeDecision decision = decide(spec(WipeType.FullWipe), issued(WipeType.FullWipe), target(1, null, 5), END);
        assertThat(decision.act()).isEqualTo(Act.SIGN_AND_REVOKE);
        assertThat(decision.phase()).isEqualTo(WipePhase.Expired);
        return record(decision);
    }
}
