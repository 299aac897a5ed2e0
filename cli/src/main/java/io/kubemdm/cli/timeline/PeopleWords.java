package io.kubemdm.cli.timeline;

import io.kubemdm.crds.wipeapproval.WipeApproval;
import io.kubemdm.crds.wiperequest.WipeRequest;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What people did in the cluster, as far as their objects are still there. Pure. */
final class PeopleWords {

    private PeopleWords() {}

    /** Requests and the approvals that name one of them by its uid. */
    static Stream<Moment> tell(List<WipeRequest> requests, List<WipeApproval> approvals) {
        return requests.stream()
                .flatMap(request -> Stream.concat(
                        Stream.of(asked(request)),
                        approvals.stream()
                                .filter(each -> each.getSpec()
                                        .wipeRef()
                                        .uid()
                                        .equals(request.getMetadata().getUid()))
                                .map(each -> decided(request, each))));
    }

    private static Moment asked(WipeRequest request) {
        var spec = request.getSpec();
        return new Moment(
                Instant.parse(request.getMetadata().getCreationTimestamp()),
                spec.type() + " asked for: " + spec.reason()
                        + (spec.justification() == null ? "" : ", " + spec.justification())
                        + (spec.ticket() == null ? "" : " [" + spec.ticket() + "]")
                        + " (" + request.getMetadata().getName() + ")",
                person(spec.requestedBy()),
                null,
                request.getMetadata().getUid());
    }

    private static Moment decided(WipeRequest request, WipeApproval approval) {
        var spec = approval.getSpec();
        String verb =
                switch (spec.decision()) {
                    case Approve -> "approved";
                    case Reject -> "rejected";
                    case Unrecognised -> "decided";
                };
        return new Moment(
                Instant.parse(approval.getMetadata().getCreationTimestamp()),
                request.getSpec().type() + " " + verb + (spec.comment() == null ? "" : ": " + spec.comment()),
                person(spec.approvedBy()),
                null,
                request.getMetadata().getUid());
    }

    private static String person(@Nullable String name) {
        return name == null ? "somebody" : name;
    }
}
