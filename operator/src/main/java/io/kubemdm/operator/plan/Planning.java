package io.kubemdm.operator.plan;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.kubemdm.bus.KafkaAccess;
import io.kubemdm.operator.approval.ApprovalSettings;
import io.kubemdm.operator.flag.FlagSettings;
import io.kubemdm.operator.flag.FlagSurvey;
import io.kubemdm.operator.https.Refused;
import io.kubemdm.protocol.plan.RolloutPlan;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Foretells rollouts, on any replica: everything is read for the answer. One at a time, since it reads all that a namespace
 * has. Safe for several threads.
 */
public final class Planning {

    private static final Logger LOG = LoggerFactory.getLogger(Planning.class);

    private final KubernetesClient client;
    private final KafkaAccess kafka;
    private final String clientId;
    private final ApprovalSettings approvals;
    private final FlagSurvey flags;
    private final InstantSource clock;
    private final Semaphore one = new Semaphore(1);

    /**
     * By what it is told.
     *
     * @param approvals which changes need other people
     * @param flags where feature flags come from
     */
    public record Settings(ApprovalSettings approvals, FlagSettings flags) {}

    public Planning(
            KubernetesClient client, KafkaAccess kafka, String clientId, Settings settings, InstantSource clock) {
        this.client = client;
        this.kafka = kafka;
        this.clientId = clientId;
        this.approvals = settings.approvals();
        this.flags = settings.flags().survey(client);
        this.clock = clock;
    }

    /**
     * Foretells.
     *
     * @param body {@code rollout}, {@code bundle} and {@code names} as JSON
     * @throws Refused 400 that names the field; 503 when Kafka or the API server does not answer, or another one is foretold
     */
    public RolloutPlan plan(String namespace, byte[] body) {
        PlanRequest request = PlanRequest.of(namespace, body);
        if (!one.tryAcquire()) {
            throw new Refused(503, "another plan is being made: try again");
        }
        try (LastRecords records = new LastRecords(kafka, clientId)) {
            long began = System.nanoTime();
            Instant now = clock.instant();
            Situation situation = new Situation(Inventory.of(client, namespace), records, namespace, now);
            RolloutPlan plan = new Foretelling(request, situation, approvals, flags, now).plan();
            LOG.info(
                    "plan made rollout={}/{} eligible={} ms={}",
                    namespace,
                    request.rollout(),
                    plan.devices().eligible(),
                    (System.nanoTime() - began) / 1_000_000);
            return plan;
        } finally {
            one.release();
        }
    }
}
