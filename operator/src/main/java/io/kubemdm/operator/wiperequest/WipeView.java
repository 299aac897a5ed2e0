package io.kubemdm.operator.wiperequest;

import io.kubemdm.crds.Condition;
import io.kubemdm.crds.wiperequest.WipePhase;
import io.kubemdm.crds.wiperequest.WipeRequest;
import io.kubemdm.crds.wiperequest.WipeRequestStatus;
import io.kubemdm.crds.wiperequest.WipeRequestStatusBuilder;
import io.kubemdm.operator.status.Conditions;
import io.kubemdm.operator.wiperequest.WipeRecordDecision.End;
import io.kubemdm.operator.wiperequest.WipeRecordDecision.Signed;
import io.kubemdm.protocol.ledger.Revocation;
import io.kubemdm.protocol.state.DeviceState.Command;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The status of a request: its record and the engine's view of its command, for people. */
final class WipeView {

    private WipeView() {}

    static WipeRequestStatus status(
            WipeRequest request, WipeDecision decision, @Nullable Command command, @Nullable Revocation revocation) {
        WipeRecordDecision record = decision.record();
        boolean bound = record != null && record.epoch() != 0;
        End end = record == null ? null : record.end();
        return WipeRequestStatusBuilder.builder()
                .observedGeneration(request.getMetadata().getGeneration())
                .phase(decision.phase())
                .target(bound ? new WipeRequestStatus.Target(record.device(), record.epoch()) : null)
                .command(bound && record.seq() > 0 ? command(record, command) : null)
                .approvals(List.of())
                .hold(
                        decision.phase() == WipePhase.Held
                                ? new WipeRequestStatus.Hold(decision.reason(), null, null)
                                : null)
                .receipt(end == null || end.receipt() == null ? null : receipt(end.receipt()))
                .conditions(conditions(request, decision, command, revocation))
                .build();
    }

    private static WipeRequestStatus.Command command(WipeRecordDecision record, @Nullable Command command) {
        Instant delivered = delivered(record, command);
        return new WipeRequestStatus.Command(
                record.commandId(),
                record.seq(),
                record.epoch(),
                record.issuedAt() == null ? null : Conditions.time(record.issuedAt()),
                delivered == null ? null : Conditions.time(delivered));
    }

    private static @Nullable Instant delivered(WipeRecordDecision record, @Nullable Command command) {
        if (record.end() != null) {
            return record.end().deliveredAt();
        }
        return command == null ? null : command.deliveredAt();
    }

    private static WipeRequestStatus.Receipt receipt(Signed receipt) {
        return new WipeRequestStatus.Receipt(
                receipt.digest(), receipt.keyId(), receipt.erased(), null, Conditions.time(receipt.receivedAt()));
    }

    private static List<Condition> conditions(
            WipeRequest request, WipeDecision decision, @Nullable Command command, @Nullable Revocation revocation) {
        WipeRecordDecision record = decision.record();
        WipeRequestStatus before = request.getStatus();
        Instant created = Instant.parse(request.getMetadata().getCreationTimestamp());
        boolean refused = "ApprovalsRequired".equals(decision.reason());
        Instant delivered = record == null ? null : delivered(record, command);
        boolean confirmed = decision.phase() == WipePhase.Completed;
        End end = record == null ? null : record.end();
        Instant ended = end == null || !confirmed ? created : end.at();
        Instant issued = record == null || record.issuedAt() == null ? created : record.issuedAt();
        boolean cut = revocation != null && !revocation.before().isBefore(issued);
        return new Conditions(
                        before == null ? List.of() : before.conditions(),
                        request.getMetadata().getGeneration())
                .set(
                        "Approved",
                        !refused,
                        refused ? decision.reason() : "NotRequired",
                        refused ? decision.message() : "This type needs no approval.",
                        created)
                .set("WithinBudget", true, "NoBudget", "No budget limits this type.", created)
                .set(
                        "Delivered",
                        delivered != null,
                        delivered != null ? "Delivered" : decision.reason(),
                        delivered != null ? "It was handed to the device." : decision.message(),
                        delivered == null ? created : delivered)
                .set("Confirmed", confirmed, decision.reason(), decision.message(), ended)
                .set(
                        "AccessRevoked",
                        cut,
                        cut ? "CertificatesRevoked" : "NotRevoked",
                        cut ? "The device's certificates are void." : "The device's certificates stand.",
                        cut ? revocation.before() : created)
                .set("EvidenceWeak", false, "Signed", "Only a signed receipt confirms.", created)
                .set("LateErase", false, "NotErased", "Nothing was erased after its time.", created)
                .list();
    }
}
