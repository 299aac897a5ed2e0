package io.kubemdm.operator.wiperequest;

import static io.kubemdm.operator.wiperequest.WipeCases.CREATED;
import static io.kubemdm.operator.wiperequest.WipeCases.END;
import static io.kubemdm.operator.wiperequest.WipeCases.NOW;
import static io.kubemdm.operator.wiperequest.WipeCases.command;
import static io.kubemdm.operator.wiperequest.WipeCases.decide;
import static io.kubemdm.operator.wiperequest.WipeCases.ended;
import static io.kubemdm.operator.wiperequest.WipeCases.issued;
import static io.kubemdm.operator.wiperequest.WipeCases.spec;
import static io.kubemdm.operator.wiperequest.WipeCases.target;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubemdm.crds.wiperequest.OnExpiry;
import io.kubemdm.crds.wiperequest.WipePhase;
import io.kubemdm.crds.wiperequest.WipeRequestSpec;
import io.kubemdm.crds.wiperequest.WipeType;
import io.kubemdm.operator.wiperequest.WipeDecision.Act;
import io.kubemdm.operator.wiperequest.WipeDecision.Target;
import io.kubemdm.protocol.message.CommandAcknowledged.Refusal;
import io.kubemdm.protocol.order.Receipt;
import io.kubemdm.protocol.state.DeviceState.Command;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class WipeDecisionTest {

    private static final WipeRecordDecision ISSUED = issued(WipeType.Retire);

    @Test
    void aRequestForAnEnrolledDeviceIsSignedAboveEveryCounterKnown() {
        WipeDecision decision = decide(spec(WipeType.Retire), null, target(1, null, 4), NOW);
        assertThat(decision.act()).isEqualTo(Act.SIGN);
        WipeRecordDecision record = Objects.requireNonNull(decision.record());
        assertThat(record.seq()).isEqualTo(5);
        assertThat(record.epoch()).isEqualTo(1);
        assertThat(record.commandId()).isEqualTo("uid-1");
        assertThat(record.notAfter()).isEqualTo(END);
    }

    @Test
    void anUnknownDeviceHoldsTheRequestUntilItExpires() {
        WipeDecision held = decide(spec(WipeType.Lock), null, target(0, null, 0), NOW);
        assertThat(held.phase()).isEqualTo(WipePhase.Held);
        assertThat(held.record()).isNull();
        assertThat(decide(spec(WipeType.Lock), null, target(0, null, 0), END).phase())
                .isEqualTo(WipePhase.Expired);
    }

    @Test
    void commandsGoOneByOneAndTheTargetIsResolvedMeanwhile() {
        WipeDecision waiting = decide(spec(WipeType.Lock), null, new Target(1, false, null, 0, "other-1", null), NOW);
        assertThat(waiting.phase()).isEqualTo(WipePhase.Queued);
        assertThat(waiting.act()).isEqualTo(Act.REMEMBER);
        WipeRecordDecision bound = Objects.requireNonNull(waiting.record());
        assertThat(bound.epoch()).isEqualTo(1);
        assertThat(decide(spec(WipeType.Lock), bound, target(2, null, 0), NOW).phase())
                .as("the device enrolled again before it was issued")
                .isEqualTo(WipePhase.Superseded);
        assertThat(decide(spec(WipeType.Lock), bound, target(1, null, 0), NOW).act())
                .isEqualTo(Act.SIGN);
    }

    @Test
    void theSameRequestTwiceIsRejected() {
        WipeDecision decision = decide(spec(WipeType.Lock), null, new Target(1, false, null, 0, null, "first"), NOW);
        assertThat(decision.phase()).isEqualTo(WipePhase.Rejected);
        assertThat(decision.message()).contains("first");
    }

    @Test
    void phasesFollowTheEngine() {
        assertThat(phase(null)).isEqualTo(WipePhase.Queued);
        assertThat(phase(command(5, false, false, null, 0, null))).isEqualTo(WipePhase.Queued);
        assertThat(phase(command(5, true, false, null, 0, null))).isEqualTo(WipePhase.Delivered);
        assertThat(phase(command(5, true, true, null, 0, null))).isEqualTo(WipePhase.Acknowledged);
    }

    @Test
    void onlyASignedReceiptCompletes() {
        WipeDecision done = decide(
                spec(WipeType.Retire),
                ISSUED,
                target(1, command(5, true, true, null, 0, ended(Receipt.Outcome.Completed)), 5),
                NOW);
        assertThat(done.phase()).isEqualTo(WipePhase.Completed);
        assertThat(done.act()).isEqualTo(Act.CLOSE_AND_REVOKE);
        assertThat(Objects.requireNonNull(Objects.requireNonNull(done.record()).end())
                        .receipt())
                .isNotNull();
        WipeDecision failed = decide(
                spec(WipeType.Retire),
                ISSUED,
                target(1, command(5, true, true, null, 0, ended(Receipt.Outcome.Failed)), 5),
                NOW);
        assertThat(failed.phase()).isEqualTo(WipePhase.Failed);
        assertThat(failed.act()).isEqualTo(Act.CLOSE);
    }

    @Test
    void aTerminalPhaseNeverLeavesWhateverIsSaidLater() {
        WipeRecordDecision ended = Objects.requireNonNull(decide(
                        spec(WipeType.Retire),
                        ISSUED,
                        target(1, command(5, true, true, null, 0, ended(Receipt.Outcome.Completed)), 5),
                        NOW)
                .record());
        for (Target target : List.of(target(1, null, 0), target(2, null, 0), target(0, null, 0))) {
            WipeDecision later = decide(spec(WipeType.Retire).withCancelled(true), ended, target, END.plusSeconds(1));
            assertThat(later.phase()).isEqualTo(WipePhase.Completed);
            assertThat(later.act()).isEqualTo(Act.NOTHING);
        }
    }

    @Test
    void aStaleCounterIsSignedAgainAboveItUnderTheSameId() {
        WipeDecision again = decide(
                spec(WipeType.Retire), ISSUED, target(1, command(5, true, false, Refusal.StaleSeq, 9, null), 5), NOW);
        assertThat(again.act()).isEqualTo(Act.SIGN);
        assertThat(Objects.requireNonNull(again.record()).seq()).isEqualTo(10);
        assertThat(again.record().commandId()).isEqualTo(ISSUED.commandId());
    }

    @Test
    void aCounterFarAboveWhatWasIssuedIsNotObeyed() {
        WipeDecision decision = decide(
                spec(WipeType.Retire),
                ISSUED,
                target(1, command(5, true, false, Refusal.StaleSeq, 5_000_000, null), 5),
                NOW);
        assertThat(decision.act()).isEqualTo(Act.NOTHING);
        assertThat(decision.reason()).isEqualTo("IdentityConflict");
    }

    @Test
    void anAnswerToAnEarlierSigningDoesNotCount() {
        WipeRecordDecision again = ISSUED.signed(10, NOW, END);
        WipeDecision decision = decide(
                spec(WipeType.Retire), again, target(1, command(5, true, false, Refusal.StaleSeq, 9, null), 10), NOW);
        assertThat(decision.act()).isEqualTo(Act.NOTHING);
    }

    @Test
    void aBusyDeviceIsAskedAgainAfterAWhile() {
        Target busy = target(1, command(5, true, false, Refusal.Busy, 5, null), 5);
        WipeDecision soon = decide(spec(WipeType.Retire), ISSUED, busy, CREATED.plusSeconds(1));
        assertThat(soon.act()).isEqualTo(Act.NOTHING);
        assertThat(soon.lookAgain()).isEqualTo(CREATED.plusSeconds(10));
        assertThat(decide(spec(WipeType.Retire), ISSUED, busy, CREATED.plusSeconds(10))
                        .act())
                .isEqualTo(Act.SIGN);
    }

    @Test
    void aRefusalForGoodFailsAndFreesTheLane() {
        WipeDecision decision = decide(
                spec(WipeType.Retire), ISSUED, target(1, command(5, true, false, Refusal.Forbidden, 5, null), 5), NOW);
        assertThat(decision.phase()).isEqualTo(WipePhase.Failed);
        assertThat(decision.reason()).isEqualTo("RefusedForbidden");
        assertThat(decision.act()).isEqualTo(Act.WITHDRAW);
    }

    @Test
    void cancellingBeforeDeliveryWithdrawsAfterItAsksTheDevice() {
        WipeRequestSpec cancelled = spec(WipeType.Retire).withCancelled(true);
        WipeDecision before = decide(cancelled, ISSUED, target(1, null, 5), NOW);
        assertThat(before.phase()).isEqualTo(WipePhase.Cancelled);
        assertThat(before.act()).isEqualTo(Act.WITHDRAW);
        WipeDecision after = decide(cancelled, ISSUED, target(1, command(5, true, false, null, 0, null), 5), NOW);
        assertThat(after.act()).isEqualTo(Act.CALL_BACK);
        WipeRecordDecision taken = Objects.requireNonNull(after.record());
        assertThat(taken.end()).isNull();
        assertThat(decide(cancelled, taken, target(1, command(5, true, false, Refusal.Withdrawn, 5, null), 5), NOW)
                        .phase())
                .isEqualTo(WipePhase.Cancelled);
        assertThat(decide(
                                cancelled,
                                taken,
                                target(1, command(5, true, true, null, 0, ended(Receipt.Outcome.Completed)), 5),
                                NOW)
                        .phase())
                .as("the device had obeyed already")
                .isEqualTo(WipePhase.Completed);
    }

    @Test
    void onceTheDeviceActsCancellingComesTooLate() {
        WipeDecision decision = decide(
                spec(WipeType.Retire).withCancelled(true),
                ISSUED,
                target(1, command(5, true, true, null, 0, null), 5),
                NOW);
        assertThat(decision.phase()).isEqualTo(WipePhase.Acknowledged);
        assertThat(decision.act()).isEqualTo(Act.NOTHING);
    }

    @Test
    void anUnconfirmedRequestExpiresAsItsSpecSays() {
        assertThat(expiry(OnExpiry.RevokeAndDeny)).isEqualTo("SIGN_AND_REVOKE/Expired");
        assertThat(expiry(OnExpiry.Cancel)).isEqualTo("WITHDRAW/Expired");
        assertThat(expiry(OnExpiry.KeepTrying)).isEqualTo("SIGN/Queued");
    }

    @Test
    void aNewEnrolmentSupersedesWhatWasIssuedForTheOld() {
        WipeDecision decision = decide(spec(WipeType.Retire), ISSUED, target(2, null, 0), NOW);
        assertThat(decision.phase()).isEqualTo(WipePhase.Superseded);
        assertThat(decision.act()).isEqualTo(Act.WITHDRAW);
    }

    private static String expiry(OnExpiry onExpiry) {
        WipeDecision decision = decide(spec(WipeType.Retire).withOnExpiry(onExpiry), ISSUED, target(1, null, 5), END);
        return decision.act() + "/" + decision.phase();
    }

    private static WipePhase phase(@Nullable Command command) {
        return decide(spec(WipeType.Retire), ISSUED, target(1, command, 5), NOW).phase();
    }
}
