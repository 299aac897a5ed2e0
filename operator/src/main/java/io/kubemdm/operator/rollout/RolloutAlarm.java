package io.kubemdm.operator.rollout;

import io.fabric8.kubernetes.api.model.MicroTime;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.api.model.events.v1.EventBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.kubemdm.crds.rollout.Rollout;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.HttpURLConnection;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells people that a rollout stopped: one error in the log, one more on {@code kubemdm_rollouts_stopped_total{reason}},
 * one Warning Event of the Rollout. Told twice, such as after a restart in the middle, the Event is the same one.
 */
public final class RolloutAlarm {

    private static final Logger LOG = LoggerFactory.getLogger(RolloutAlarm.class);
    private static final String METER = "kubemdm.rollouts.stopped";
    private static final int MAX_NOTE = 1024;

    /** As the API server takes a time with microseconds. */
    private static final DateTimeFormatter MICROS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'", Locale.ROOT);

    private final KubernetesClient client;
    private final MeterRegistry meters;

    /** An alarm whose counters stand at zero from now on. */
    public RolloutAlarm(KubernetesClient client, MeterRegistry meters) {
        this.client = client;
        this.meters = meters;
        List.of("Aborted", "Halted", "Disabled", "FeatureFlagOff")
                .forEach(reason -> meters.counter(METER, "reason", reason));
    }

    /**
     * Tells it.
     *
     * @param at when it stopped; with the uid this names the Event
     * @throws KubernetesClientException when the API server cannot be reached: then it is told again later
     */
    void stopped(Rollout rollout, String reason, String message, Instant at) {
        warn(rollout, reason, message, at);
        meters.counter(METER, "reason", reason).increment();
        LOG.error(
                "rollout stopped rollout={}/{} reason={}: {}",
                rollout.getMetadata().getNamespace(),
                rollout.getMetadata().getName(),
                reason,
                message);
    }

    /** Writes a Warning Event of the Rollout. */
    void warn(Rollout rollout, String reason, String message, Instant at) {
        String name = rollout.getMetadata().getUid() + "." + reason.toLowerCase(Locale.ROOT) + "." + at.toEpochMilli();
        Event event = new EventBuilder()
                .withNewMetadata()
                .withNamespace(rollout.getMetadata().getNamespace())
                .withName(name)
                .endMetadata()
                .withEventTime(new MicroTime(MICROS.format(at.atOffset(ZoneOffset.UTC))))
                .withType("Warning")
                .withReason(reason)
                .withAction("Rollout")
                .withNote(message.length() <= MAX_NOTE ? message : message.substring(0, MAX_NOTE))
                .withReportingController("kubemdm.io/operator")
                .withReportingInstance("operator")
                .withNewRegarding()
                .withApiVersion("kubemdm.io/v1alpha1")
                .withKind("Rollout")
                .withNamespace(rollout.getMetadata().getNamespace())
                .withName(rollout.getMetadata().getName())
                .withUid(rollout.getMetadata().getUid())
                .endRegarding()
                .build();
        try {
            client.resource(event).create();
        } catch (KubernetesClientException e) {
            boolean refused = e.getCode() >= HttpURLConnection.HTTP_BAD_REQUEST
                    && e.getCode() < HttpURLConnection.HTTP_INTERNAL_ERROR;
            if (!refused) {
                throw e;
            }
            if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
                LOG.warn("event refused by the API server rollout={} reason={}", name, reason, e);
            }
        }
    }
}
