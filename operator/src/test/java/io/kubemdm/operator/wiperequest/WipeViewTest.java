package io.kubemdm.operator.wiperequest;

import static io.kubemdm.operator.wiperequest.WipeCases.CREATED;
import static io.kubemdm.operator.wiperequest.WipeCases.END;
import static io.kubemdm.operator.wiperequest.WipeCases.NOW;
import static io.kubemdm.operator.wiperequest.WipeCases.bound;
import static io.kubemdm.operator.wiperequest.WipeCases.command;
import static io.kubemdm.operator.wiperequest.WipeCases.ended;
import static io.kubemdm.operator.wiperequest.WipeCases.input;
import static io.kubemdm.operator.wiperequest.WipeCases.issued;
import static io.kubemdm.operator.wiperequest.WipeCases.record;
import static io.kubemdm.operator.wiperequest.WipeCases.spec;
import static io.kubemdm.operator.wiperequest.WipeCases.target;
import static io.kubemdm.operator.wiperequest.WipeCases.yes;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.kubemdm.crds.Condition;
import io.kubemdm.crds.wiperequest.WipePhase;
import io.kubemdm.crds.wiperequest.WipeRequest;
import io.kubemdm.crds.wiperequest.WipeRequestStatus;
import io.kubemdm.crds.wiperequest.WipeType;
import io.kubemdm.operator.wiperequest.WipeDecision.Input;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.ledger.Revocation;
import io.kubemdm.protocol.order.Receipt;
import io.kubemdm.protocol.order.WipeBudget;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class WipeViewTest {

    @Test
    void whoIsMissingIsSaidWhileItWaits() {
        WipeRequestStatus status =
                status(input(spec(WipeType.FullWipe), null, target(1, null, 0), NOW, yes("a", "bob")), null);
        assertThat(status.phase()).isEqualTo(WipePhase.PendingApproval);
        assertThat(status.approvals())
                .extracting(WipeRequestStatus.CountedApproval::approvedBy)
                .containsExactly("bob");
        assertThat(condition(status, "Approved").status()).isEqualTo(Condition.Status.False);
        assertThat(condition(status, "WithinBudget").status()).isEqualTo(Condition.Status.Unknown);
        assertThat(status.command()).isNull();
    }

    @Test
    void everyStepHasItsTime() {
        Input in = input(
                spec(WipeType.FullWipe),
                issued(WipeType.FullWipe),
                target(1, command(5, true, true, null, 5, null), 5),
                NOW);
        WipeRequestStatus.Command command =
                Objects.requireNonNull(status(in, null).command());
        assertThat(command.issuedAt()).isEqualTo("2026-06-01T12:00:00Z");
        assertThat(command.deliveredAt()).isEqualTo("2026-06-01T12:00:01Z");
        assertThat(command.acknowledgedAt()).isEqualTo("2026-06-01T12:00:02Z");
        assertThat(command.notAfter()).isEqualTo(END.toString());
    }

    @Test
    void aHeldRequestShowsTheLimitAndWhatWasFound() {
        Input in = input(spec(WipeType.Retire), bound(WipeType.Retire), target(1, null, 0), NOW);
        WipeDecision held = UnsignedDecision.held(
                in,
                WipeDecision.decide(in),
                new WipeBudget.Reached(3, 3, Duration.ofHours(24)),
                NOW.plus(Duration.ofHours(3)));
        WipeRequestStatus status = WipeView.status(request(WipeType.Retire), in, held, null);
        assertThat(status.hold()).isEqualTo(new WipeRequestStatus.Hold("DailyBudget", 3, 3));
        assertThat(condition(status, "WithinBudget").status()).isEqualTo(Condition.Status.False);
        assertThat(condition(status, "WithinBudget").message()).startsWith("3 of 3 ");
        assertThat(record(held).inLineSince()).isEqualTo(CREATED);
        assertThat(held.lookAgain()).isEqualTo(NOW.plus(Duration.ofHours(3)));
    }

    @Test
    void evidenceIsWeakSevenDaysAfterAnEraseBeganAndTheRequestIsNotConfirmed() {
        WipeRecordDecision erasing = issued(WipeType.CryptoErase).acknowledged(CREATED);
        WipeRequestStatus soon = status(input(spec(WipeType.CryptoErase), erasing, target(1, null, 5), NOW), null);
        assertThat(condition(soon, "EvidenceWeak").status()).isEqualTo(Condition.Status.False);
        Instant week = CREATED.plus(Duration.ofDays(7));
        WipeRequestStatus weak = status(input(spec(WipeType.CryptoErase), erasing, target(1, null, 5), week), null);
        assertThat(weak.phase()).isEqualTo(WipePhase.Erasing);
        assertThat(condition(weak, "EvidenceWeak").status()).isEqualTo(Condition.Status.True);
        assertThat(condition(weak, "EvidenceWeak").lastTransitionTime()).isEqualTo(week.toString());
        assertThat(condition(weak, "Confirmed").status()).isEqualTo(Condition.Status.False);
    }

    @Test
    void accessIsCutFromTheMomentOfSigning() {
        WipeRecordDecision signed = issued(WipeType.FullWipe);
        Revocation revocation = new Revocation(new DeviceId("acme", "d-1"), CREATED, "cut");
        Input in = input(spec(WipeType.FullWipe), signed, target(1, null, 5), NOW);
        assertThat(condition(status(in, revocation), "AccessRevoked").status()).isEqualTo(Condition.Status.True);
        assertThat(condition(status(in, null), "AccessRevoked").status()).isEqualTo(Condition.Status.False);
    }

    @Test
    void aLateReceiptIsShownAndComesBackTheSameWhenTheEngineHasForgottenIt() {
        WipeRecordDecision expired = record(
                WipeDecision.decide(input(spec(WipeType.Retire), issued(WipeType.Retire), target(1, null, 5), END)));
        Instant later = END.plus(Duration.ofDays(60));
        WipeDecision late = WipeDecision.decide(input(
                spec(WipeType.Retire),
                expired,
                target(1, command(6, true, true, null, 5, ended(Receipt.Outcome.Completed)), 6),
                later));
        WipeRequestStatus status = status(input(spec(WipeType.Retire), record(late), target(1, null, 6), later), null);
        assertThat(status.phase()).isEqualTo(WipePhase.Expired);
        assertThat(status.receipt()).isNotNull();
        assertThat(condition(status, "LateErase").status()).isEqualTo(Condition.Status.True);
        assertThat(condition(status, "Confirmed").reason()).isEqualTo("ConfirmedLate");
        assertThat(Objects.requireNonNull(status.command()).deliveredAt()).isEqualTo("2026-06-01T12:00:01Z");
    }

    @Test
    void theReceiptOfACompletedEraseSaysWhatBecameOfTheStorage() {
        assertThat(receiptOf(WipeType.CryptoErase, Receipt.Outcome.Completed).storageState())
                .isEqualTo("KeysErased");
        assertThat(receiptOf(WipeType.CryptoErase, Receipt.Outcome.Failed).storageState())
                .isNull();
        assertThat(receiptOf(WipeType.Retire, Receipt.Outcome.Completed).storageState())
                .isNull();
    }

    private static WipeRequestStatus.Receipt receiptOf(WipeType type, Receipt.Outcome outcome) {
        Input in = input(spec(type), issued(type), target(1, command(5, true, true, null, 5, ended(outcome)), 5), NOW);
        WipeRecordDecision closed = record(WipeDecision.decide(in));
        return Objects.requireNonNull(
                status(input(spec(type), closed, target(1, null, 5), NOW), null).receipt());
    }

    private static WipeRequestStatus status(Input in, @org.jspecify.annotations.Nullable Revocation revocation) {
        return WipeView.status(request(in.spec().type()), in, WipeDecision.decide(in), revocation);
    }

    private static WipeRequest request(WipeType type) {
        WipeRequest request = new WipeRequest();
        request.setMetadata(new ObjectMetaBuilder()
                .withNamespace("acme")
                .withName("leave")
                .withUid("uid")
                .withGeneration(1L)
                .build());
        request.setSpec(spec(type));
        return request;
    }

    private static Condition condition(WipeRequestStatus status, String type) {
        return status.conditions().stream()
                .filter(c -> c.type().equals(type))
                .findFirst()
                .orElseThrow();
    }
}
