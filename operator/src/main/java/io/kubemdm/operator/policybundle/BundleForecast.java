package io.kubemdm.operator.policybundle;

import io.kubemdm.crds.policybundle.PolicyBundleSpec;
import io.kubemdm.operator.dispatch.DecisionKey;
import io.kubemdm.operator.fleet.PublishedBundle;
import io.kubemdm.operator.policybundle.BundleDecision.Action;
import io.kubemdm.operator.policybundle.BundleDecision.OnRecord;
import io.kubemdm.operator.policybundle.BundleDecision.Problem;
import io.kubemdm.protocol.bundle.BundleContent;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What would become of a bundle if it were applied now.
 *
 * @param content what would be published, null when the spec makes no content
 * @param heartbeatSeconds interval it asks for, 0 without content
 * @param published whether it would be published, or is
 * @param conflicted whether it is other content of its version that stands in the way
 * @param reason CamelCase constant for the Ready condition
 * @param message a sentence
 */
public record BundleForecast(
        @Nullable BundleContent content,
        int heartbeatSeconds,
        boolean published,
        boolean conflicted,
        String reason,
        String message) {

    /** Why other content of its version stands in the way, null when none does. */
    public @Nullable String conflict() {
        return conflicted ? message : null;
    }

    /**
     * Foretells.
     *
     * @param uid of the object that has the name now, null when there is none
     * @param records what is on record in the namespace
     * @param approvals people other than the author who must agree to files or scripts
     */
    public static BundleForecast of(
            String name,
            @Nullable String uid,
            PolicyBundleSpec spec,
            Stream<Map.Entry<DecisionKey, PublishedBundle>> records,
            int approvals) {
        Artefact artefact = Artefact.of(spec);
        BundleDecision decision = BundleDecision.decide(new BundleDecision.Input(
                name,
                uid == null ? "" : uid,
                spec.policy(),
                spec.version(),
                artefact instanceof Artefact.Good good ? good.content().digest() : null,
                artefact instanceof Artefact.Bad bad ? new Problem(bad.reason(), bad.message()) : null,
                onRecord(records),
                artefact::unjudgeable,
                () -> approvals > 0 && artefact.guarded()
                        ? new Problem(
                                "AwaitingApproval",
                                approvals + " other than its author must agree to files and scripts: kubemdm approve"
                                        + " bundle " + name)
                        : null));
        Artefact.Good good = artefact instanceof Artefact.Good g ? g : null;
        return new BundleForecast(
                good == null ? null : good.content(),
                good == null ? 0 : good.heartbeatSeconds(),
                decision.action() != Action.REFUSE && decision.action() != Action.AWAIT,
                decision.conflict(),
                decision.reason(),
                decision.message());
    }

    static List<OnRecord> onRecord(Stream<Map.Entry<DecisionKey, PublishedBundle>> records) {
        return records.map(e -> new OnRecord(
                        e.getKey().name(),
                        e.getValue().uid(),
                        e.getValue().ref().policy(),
                        e.getValue().ref().version(),
                        e.getValue().ref().digest()))
                .toList();
    }
}
