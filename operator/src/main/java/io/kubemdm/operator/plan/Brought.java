package io.kubemdm.operator.plan;

import io.kubemdm.crds.policybundle.PolicyBundle;
import io.kubemdm.crds.policybundle.PolicyBundleSpec;
import io.kubemdm.operator.approval.ApprovalSettings;
import io.kubemdm.operator.fleet.PublishedBundle;
import io.kubemdm.operator.https.Refused;
import io.kubemdm.operator.policybundle.BundleForecast;
import io.kubemdm.operator.rollout.ProgressDecision;
import io.kubemdm.protocol.bundle.BundleContent;
import io.kubemdm.protocol.plan.RolloutPlan.Hold;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a rollout would bring.
 *
 * @param content what devices would be given: a rollout that has begun keeps to what it began with
 * @param bundle the same as it would be on record
 * @param current what its PolicyBundle would be on record as, null when it would not be published
 * @param conflict why it must not be published under its version, null when it may
 * @param hold why it would not be published, null when it would or does not matter any more
 */
record Brought(
        BundleContent content,
        PublishedBundle bundle,
        @Nullable PublishedBundle current,
        @Nullable String conflict,
        @Nullable Hold hold) {

    /**
     * Finds out.
     *
     * @throws Refused 400 when there is no bundle, or one that makes no content
     */
    static Brought of(
            PlanRequest request,
            Situation situation,
            @Nullable ProgressDecision progress,
            ApprovalSettings approvals,
            Instant now) {
        String name = request.spec().bundleRef().name();
        PolicyBundle object = situation.bundle(name);
        PolicyBundleSpec spec = request.bundle() != null || object == null ? request.bundle() : object.getSpec();
        if (spec == null) {
            BundleContent kept = progress == null ? null : kept(situation, progress);
            if (kept == null || progress == null) {
                throw Refused.parameter(
                        "rollout.spec.bundleRef.name",
                        "namespace " + request.namespace() + " has no PolicyBundle " + name + ": send it as bundle");
            }
            return new Brought(kept, published(kept, progress.bundle().heartbeatSeconds(), now), null, null, null);
        }
        BundleForecast forecast = BundleForecast.of(
                name,
                object == null ? null : object.getMetadata().getUid(),
                spec,
                situation.decisions().in(request.namespace(), PublishedBundle.class),
                approvals.bundles());
        BundleContent asked = forecast.content();
        if (asked == null) {
            throw Refused.parameter("bundle.spec", forecast.reason() + ": " + forecast.message());
        }
        PublishedBundle fresh = published(asked, forecast.heartbeatSeconds(), now);
        BundleContent other =
                progress == null || progress.bundle().ref().digest().equals(asked.digest())
                        ? null
                        : kept(situation, progress);
        return new Brought(
                other == null ? asked : other,
                other == null ? fresh : published(other, forecast.heartbeatSeconds(), now),
                forecast.published() ? fresh : null,
                forecast.conflict(),
                hold(name, forecast, progress));
    }

    private static @Nullable BundleContent kept(Situation situation, ProgressDecision progress) {
        String digest = progress.bundle().ref().digest();
        return situation.contents(Set.of(digest)).get(digest);
    }

    /** Other content of the version is told as the rollout itself would tell it. */
    private static @Nullable Hold hold(String name, BundleForecast forecast, @Nullable ProgressDecision progress) {
        return forecast.published() || forecast.conflict() != null || progress != null
                ? null
                : new Hold(forecast.reason(), "PolicyBundle " + name + ": " + forecast.message());
    }

    private static PublishedBundle published(BundleContent content, int heartbeatSeconds, Instant now) {
        return new PublishedBundle(
                "",
                content.ref(),
                Objects.requireNonNullElse(content.platforms(), List.of()),
                heartbeatSeconds,
                "",
                now,
                null);
    }
}
