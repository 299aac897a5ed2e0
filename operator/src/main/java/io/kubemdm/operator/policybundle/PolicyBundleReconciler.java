package io.kubemdm.operator.policybundle;

import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Ignore;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.kubemdm.crds.Condition.Status;
import io.kubemdm.crds.policybundle.PolicyBundle;
import io.kubemdm.crds.policybundle.PolicyBundleStatus;
import io.kubemdm.crds.policybundle.PolicyBundleStatus.Counts;
import io.kubemdm.crds.policybundle.PolicyBundleStatusBuilder;
import io.kubemdm.operator.approval.ChangeDecision;
import io.kubemdm.operator.approval.ChangeVotes;
import io.kubemdm.operator.dispatch.Batch;
import io.kubemdm.operator.dispatch.DecisionKey;
import io.kubemdm.operator.dispatch.Decisions;
import io.kubemdm.operator.dispatch.Dispatcher;
import io.kubemdm.operator.fleet.BundleCounts;
import io.kubemdm.operator.fleet.PublishedBundle;
import io.kubemdm.operator.policybundle.BundleDecision.Action;
import io.kubemdm.operator.policybundle.BundleDecision.Problem;
import io.kubemdm.operator.status.Conditions;
import io.kubemdm.operator.status.StatusWriter;
import io.kubemdm.operator.watch.Bell;
import io.kubemdm.operator.watch.Copy;
import io.kubemdm.protocol.approval.BundleProof;
import io.kubemdm.protocol.bundle.SemanticVersion;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Validates, signs and publishes a bundle once, and shows what became of it. */
@Ignore // registered by hand
@ControllerConfiguration(name = "policybundle", generationAwareEventProcessing = false)
public final class PolicyBundleReconciler implements Reconciler<PolicyBundle> {

    /** Where a bundle is used and counted. */
    public record Parts(
            Dispatcher dispatcher,
            Decisions decisions,
            StatusWriter statuses,
            Copy<PolicyBundle> bundles,
            BundleCounts counts,
            Bell<PolicyBundle> bell,
            ChangeVotes votes,
            int approvals,
            Clock clock) {}

    private static final Logger LOG = LoggerFactory.getLogger(PolicyBundleReconciler.class);
    private static final Duration COUNT_INTERVAL = Duration.ofMinutes(1);

    private final Parts parts;
    private final BiConsumer<String, String> published;

    /** @param published hears namespace and name of a bundle that became ready */
    public PolicyBundleReconciler(Parts parts, BiConsumer<String, String> published) {
        this.parts = parts;
        this.published = published;
    }

    @Override
    public List<EventSource<?, PolicyBundle>> prepareEventSources(
            io.javaoperatorsdk.operator.api.reconciler.EventSourceContext<PolicyBundle> context) {
        return List.of(parts.bell());
    }

    @Override
    public UpdateControl<PolicyBundle> reconcile(PolicyBundle bundle, Context<PolicyBundle> context) {
        String namespace = bundle.getMetadata().getNamespace();
        String name = bundle.getMetadata().getName();
        DecisionKey key = DecisionKey.of(PolicyBundle.class, namespace, name);
        Artefact artefact = Artefact.of(bundle.getSpec());
        BundleDecision decision = BundleDecision.decide(input(bundle, artefact));
        if (artefact instanceof Artefact.Good good
                && (decision.action() == Action.PUBLISH || decision.action() == Action.ADOPT)) {
            publish(bundle, key, good, decision.action());
        }
        boolean ready = decision.action() != Action.REFUSE && decision.action() != Action.AWAIT;
        if (ready && artefact.guarded() && parts.votes().seen(bundle)) {
            prove(bundle, key);
        }
        PublishedBundle record = parts.decisions().get(key, PublishedBundle.class);
        parts.statuses().write(bundle, status(bundle, decision, ready ? record : null));
        return ready
                ? UpdateControl.<PolicyBundle>noUpdate().rescheduleAfter(COUNT_INTERVAL)
                : UpdateControl.noUpdate();
    }

    private BundleDecision.Input input(PolicyBundle bundle, Artefact artefact) {
        return new BundleDecision.Input(
                bundle.getMetadata().getName(),
                bundle.getMetadata().getUid(),
                bundle.getSpec().policy(),
                bundle.getSpec().version(),
                artefact instanceof Artefact.Good good ? good.content().digest() : null,
                artefact instanceof Artefact.Bad bad ? new Problem(bad.reason(), bad.message()) : null,
                BundleForecast.onRecord(
                        parts.decisions().in(bundle.getMetadata().getNamespace(), PublishedBundle.class)),
                artefact::unjudgeable,
                () -> unapproved(bundle, artefact));
    }

    private @Nullable Problem unapproved(PolicyBundle bundle, Artefact artefact) {
        if (parts.approvals() == 0 || !artefact.guarded()) {
            return null;
        }
        ChangeDecision.Waiting waiting =
                parts.votes().count(bundle, parts.approvals()).waiting();
        return waiting == null ? null : new Problem(waiting.reason(), waiting.message());
    }

    /** Puts on record what approvers have signed for devices since. */
    private void prove(PolicyBundle bundle, DecisionKey key) {
        PublishedBundle before = parts.decisions().get(key, PublishedBundle.class);
        if (before == null) {
            return;
        }
        BundleProof proof = parts.votes()
                .count(bundle, parts.approvals())
                .proof(before.ref().digest());
        if (!Objects.equals(proof, before.proof())) {
            parts.dispatcher().commit(parts.dispatcher().open().decide(key, before.withProof(proof)));
            LOG.info(
                    "bundle signed by approvers bundle={}/{} signatures={}",
                    key.namespace(),
                    key.name(),
                    proof == null ? 0 : proof.shares().size());
            published.accept(key.namespace(), key.name());
        }
    }

    private void publish(PolicyBundle bundle, DecisionKey key, Artefact.Good good, Action action) {
        Batch batch = parts.dispatcher().open();
        PublishedBundle before = parts.decisions().get(key, PublishedBundle.class);
        String uid = bundle.getMetadata().getUid();
        if (action == Action.ADOPT && before != null) {
            batch.decide(key, before.withUid(uid));
        } else {
            batch.bundle(good.content())
                    .decide(
                            key,
                            new PublishedBundle(
                                    uid,
                                    good.content().ref(),
                                    Objects.requireNonNullElse(good.content().platforms(), List.of()),
                                    good.heartbeatSeconds(),
                                    parts.dispatcher().keyId(),
                                    parts.clock().instant(),
                                    null));
        }
        parts.dispatcher().commit(batch);
        LOG.info(
                "bundle published bundle={}/{} policy={} version={} digest={}",
                key.namespace(),
                key.name(),
                good.content().policy(),
                good.content().version(),
                good.content().digest());
        published.accept(key.namespace(), key.name());
        parts.bundles()
                .in(key.namespace())
                .filter(other ->
                        other.getSpec().policy().equals(bundle.getSpec().policy())
                                && !other.getMetadata().getName().equals(key.name()))
                .forEach(other ->
                        parts.bell().ring(key.namespace(), other.getMetadata().getName()));
    }

    private PolicyBundleStatus status(PolicyBundle bundle, BundleDecision decision, @Nullable PublishedBundle record) {
        PolicyBundleStatus before = bundle.getStatus();
        Long generation = bundle.getMetadata().getGeneration();
        Instant created = Instant.parse(bundle.getMetadata().getCreationTimestamp());
        Instant since = record == null ? created : record.publishedAt();
        boolean ready = record != null;
        @Nullable String successor = record == null ? null : successor(bundle);
        Conditions conditions = new Conditions(before == null ? List.of() : before.conditions(), generation)
                .set("Ready", ready, decision.reason(), decision.message(), since)
                .set("Approved", approved(decision), approval(decision), approvalMessage(decision), since)
                .set(
                        "Published",
                        ready,
                        ready ? "Published" : "NotPublished",
                        ready ? "Devices can fetch it by its digest." : "It is not published, see Ready.",
                        since)
                .set(
                        "Superseded",
                        successor != null ? Status.True : Status.False,
                        successor != null ? "NewerVersion" : "Newest",
                        successor != null
                                ? "Version " + successor + " of the line is published."
                                : "No newer version of the line is published.",
                        since)
                .set(
                        "Conflicted",
                        decision.conflict(),
                        decision.conflict() ? "SameVersionOtherContent" : "NoConflict",
                        decision.conflict() ? decision.message() : "No other content has this version.",
                        since);
        return PolicyBundleStatusBuilder.builder()
                .observedGeneration(generation)
                .digest(record == null ? null : record.ref().digest())
                .signature(record == null ? null : new PolicyBundleStatus.Signature(record.keyId()))
                .counts(record == null ? null : counts(bundle, record))
                .conditions(conditions.list())
                .build();
    }

    private static boolean approved(BundleDecision decision) {
        return decision.action() != Action.AWAIT && decision.action() != Action.REFUSE;
    }

    private static String approval(BundleDecision decision) {
        return switch (decision.action()) {
            case AWAIT -> decision.reason();
            case REFUSE -> "NotAsked";
            case PUBLISH, ADOPT, KEEP -> "Approved";
        };
    }

    private static String approvalMessage(BundleDecision decision) {
        return switch (decision.action()) {
            case AWAIT -> decision.message();
            case REFUSE -> "It is not published, see Ready.";
            case PUBLISH, ADOPT, KEEP -> "Nobody else has to agree.";
        };
    }

    private Counts counts(PolicyBundle bundle, PublishedBundle record) {
        BundleCounts.Count count = parts.counts()
                .of(bundle.getMetadata().getNamespace(), record.ref().digest());
        return new Counts(
                count.assigned(),
                count.applied(),
                count.compliant(),
                count.inGrace(),
                count.nonCompliant(),
                count.unknown(),
                count.conflicting());
    }

    private @Nullable String successor(PolicyBundle bundle) {
        SemanticVersion own = SemanticVersion.parse(bundle.getSpec().version());
        return parts.decisions()
                .in(bundle.getMetadata().getNamespace(), PublishedBundle.class)
                .map(e -> e.getValue().ref())
                .filter(ref -> ref.policy().equals(bundle.getSpec().policy()))
                .map(io.kubemdm.protocol.bundle.PolicyRef::version)
                .filter(version -> SemanticVersion.parse(version).compareTo(own) > 0)
                .max(java.util.Comparator.comparing(SemanticVersion::parse))
                .orElse(null);
    }
}
