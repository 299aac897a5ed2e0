package io.kubemdm.cli.wipe;

import io.kubemdm.crds.wiperequest.WipePhase;
import io.kubemdm.crds.wiperequest.WipeRequest;
import io.kubemdm.crds.wiperequest.WipeRequestStatus;
import java.io.PrintWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request as its requester and its approvers want to see it.
 *
 * @param phase {@code Pending} before the operator has seen it
 * @param receipt digest of the signed receipt; null before there is one
 * @param hold what holds it; null when nothing does
 * @param conditions those that are True, and why the others are not
 */
record WipeResult(
        String namespace,
        String name,
        String uid,
        String device,
        String type,
        String reason,
        @Nullable String justification,
        @Nullable String ticket,
        @Nullable String requestedBy,
        @Nullable String expiresAt,
        String phase,
        List<String> approvedBy,
        @Nullable String hold,
        @Nullable String receipt,
        List<String> conditions) {

    static WipeResult of(WipeRequest request) {
        var spec = request.getSpec();
        WipeRequestStatus status = request.getStatus();
        return new WipeResult(
                request.getMetadata().getNamespace(),
                request.getMetadata().getName(),
                request.getMetadata().getUid(),
                spec.deviceRef().name(),
                spec.type().name(),
                spec.reason().name(),
                spec.justification(),
                spec.ticket(),
                spec.requestedBy(),
                spec.expiresAt(),
                phase(request) == null ? "Pending" : String.valueOf(phase(request)),
                status == null
                        ? List.of()
                        : status.approvals().stream()
                                .filter(each -> each.decision().equals("Approve"))
                                .map(WipeRequestStatus.CountedApproval::approvedBy)
                                .toList(),
                status == null || status.hold() == null ? null : hold(status.hold()),
                status == null || status.receipt() == null
                        ? null
                        : status.receipt().digest(),
                status == null
                        ? List.of()
                        : status.conditions().stream()
                                .map(each -> each.type() + "=" + each.status() + " " + each.reason())
                                .toList());
    }

    static @Nullable WipePhase phase(WipeRequest request) {
        return request.getStatus() == null ? null : request.getStatus().phase();
    }

    private static String hold(WipeRequestStatus.Hold hold) {
        return hold.reason()
                + (hold.limit() == null ? "" : " (limit " + hold.limit() + ", found " + hold.observed() + ")");
    }

    /** What {@code -o name} prints. */
    List<String> names() {
        return List.of("wiperequest.kubemdm.io/" + name);
    }

    /** All that one must know to decide about it. */
    void tell(PrintWriter out) {
        line(out, "request", namespace + "/" + name + " (uid " + uid + ")");
        line(out, "device", device);
        line(out, "type", type);
        line(out, "reason", reason + (justification == null ? "" : ": " + justification));
        line(out, "ticket", ticket);
        line(out, "asked by", requestedBy);
        line(out, "expires", expiresAt);
        line(out, "phase", phase);
        line(out, "held by", hold);
        line(out, "approved", approvedBy.isEmpty() ? null : String.join(", ", approvedBy));
        line(out, "receipt", receipt);
        for (String condition : conditions) {
            line(out, "condition", condition);
        }
    }

    private static void line(PrintWriter out, String name, @Nullable String value) {
        if (value != null) {
            out.printf("%-10s %s%n", name, value);
        }
    }
}
