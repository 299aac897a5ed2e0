package io.kubemdm.operator.wiperequest;

import io.kubemdm.crds.Decision;
import io.kubemdm.crds.wiperequest.WipePhase;
import io.kubemdm.crds.wiperequest.WipeRequest;
import io.kubemdm.crds.wiperequest.WipeRequestStatus;
import io.kubemdm.crds.wiperequest.WipeRequestStatusBuilder;
import io.kubemdm.crds.wiperequest.WipeType;
import io.kubemdm.operator.status.Conditions;
import io.kubemdm.operator.wiperequest.WipeRecordDecision.Approver;
import io.kubemdm.operator.wiperequest.WipeRecordDecision.End;
import io.kubemdm.operator.wiperequest.WipeRecordDecision.Signed;
import io.kubemdm.protocol.ledger.Revocation;
import io.kubemdm.protocol.state.DeviceState.Command;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The status of a request: its record and the engine's view of its command, for people. */
final class WipeView {

    /** The most the status holds. */
    private static final int MAX_APPROVALS = 16;

    private WipeView() {}

    static WipeRequestStatus status(
            WipeRequest request, WipeDecision.Input in, WipeDecision decision, @Nullable Revocation revocation) {
        WipeRecordDecision record = decision.record();
        Command command = in.target().command();
        boolean bound = record != null && record.epoch() != 0;
        End end = record == null ? null : record.end();
        return WipeRequestStatusBuilder.builder()
                .observedGeneration(request.getMetadata().getGeneration())
                .phase(decision.phase())
                .target(bound ? new WipeRequestStatus.Target(record.device(), record.epoch()) : null)
                .command(bound && record.seq() > 0 ? command(record, command) : null)
                .approvals(approvals(in, record))
                .hold(decision.phase() == WipePhase.Held ? hold(decision) : null)
                .receipt(receipt(record))
                .endedAt(end == null ? null : Conditions.time(end.at()))
                .conditions(WipeConditions.of(request, in, decision, revocation))
                .build();
    }

    private static WipeRequestStatus.Command command(WipeRecordDecision record, @Nullable Command command) {
        return new WipeRequestStatus.Command(
                record.commandId(),
                record.seq(),
                record.epoch(),
                time(record.issuedAt()),
                time(deliveredAt(record, command)),
                time(acknowledgedAt(record, command)),
                time(record.notAfter()));
    }

    /** From the record once it has ended, since the engine forgets ended commands. */
    static @Nullable Instant deliveredAt(WipeRecordDecision record, @Nullable Command command) {
        if (record.late() != null && record.late().deliveredAt() != null) {
            return record.late().deliveredAt();
        }
        if (record.end() != null && !record.standing()) {
            return record.end().deliveredAt();
        }
        return command == null ? null : command.deliveredAt();
    }

    private static @Nullable Instant acknowledgedAt(WipeRecordDecision record, @Nullable Command command) {
        if (record.acknowledgedAt() != null) {
            return record.acknowledgedAt();
        }
        if (record.end() != null) {
            return record.end().acknowledgedAt();
        }
        return command == null ? null : command.acknowledgedAt();
    }

    private static List<WipeRequestStatus.CountedApproval> approvals(
            WipeDecision.Input in, @Nullable WipeRecordDecision record) {
        List<Approver> by = List.of();
        if (record != null && record.approval() != null) {
            by = record.approval().by();
        } else if (record == null || record.end() == null) {
            by = in.approvals().by();
        }
        return by.stream()
                .limit(MAX_APPROVALS)
                .map(each -> new WipeRequestStatus.CountedApproval(each.name(), each.person(), Decision.Approve.name()))
                .toList();
    }

    private static WipeRequestStatus.Hold hold(WipeDecision decision) {
        var reached = decision.reached();
        return new WipeRequestStatus.Hold(
                decision.reason(),
                reached == null ? null : reached.limit(),
                reached == null ? null : reached.observed());
    }

    private static WipeRequestStatus.@Nullable Receipt receipt(@Nullable WipeRecordDecision record) {
        if (record == null) {
            return null;
        }
        Signed receipt = record.late() != null ? record.late().receipt() : null;
        if (receipt == null && record.end() != null) {
            receipt = record.end().receipt();
        }
        return receipt == null
                ? null
                : new WipeRequestStatus.Receipt(
                        receipt.digest(),
                        receipt.keyId(),
                        receipt.erased(),
                        keysErased(record) ? "KeysErased" : null,
                        Conditions.time(receipt.receivedAt()));
    }

    /** The engine takes no receipt of a completed erase that does not show for every device that no key is left. */
    private static boolean keysErased(WipeRecordDecision record) {
        boolean completed = record.late() != null
                ? record.late().completed()
                : record.end() != null && record.end().phase() == WipePhase.Completed;
        return completed && WipeDecision.erasesAll(WipeType.of(record.type()));
    }

    private static @Nullable String time(@Nullable Instant at) {
        return at == null ? null : Conditions.time(at);
    }
}
