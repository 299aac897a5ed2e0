package io.kubemdm.operator.plan;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.kubemdm.bus.EnvelopeBinding;
import io.kubemdm.bus.Topic;
import io.kubemdm.crds.policybundle.PolicyBundle;
import io.kubemdm.crds.rollout.Rollout;
import io.kubemdm.operator.dispatch.DecisionKey;
import io.kubemdm.operator.dispatch.Decisions;
import io.kubemdm.operator.dispatch.SignedRecord;
import io.kubemdm.operator.fleet.DeviceObjects;
import io.kubemdm.operator.fleet.Fleet;
import io.kubemdm.operator.fleet.KnownDevice;
import io.kubemdm.operator.fleet.LiveRollout;
import io.kubemdm.operator.fleet.PublishedBundle;
import io.kubemdm.operator.https.Refused;
import io.kubemdm.operator.rollout.ProgressDecision;
import io.kubemdm.operator.rollout.RolloutForecast;
import io.kubemdm.protocol.bundle.BundleContent;
import io.kubemdm.protocol.bundle.PolicyRef;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.json.Json;
import io.kubemdm.protocol.json.MalformedJson;
import io.kubemdm.protocol.message.Heartbeat;
import io.kubemdm.protocol.message.MessageTypes;
import io.kubemdm.protocol.state.DeviceState;
import io.kubemdm.protocol.trust.JwsType;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * A namespace as it was last known: its objects, what is on record about them, and its devices in a {@link Fleet} of its own
 * that rollouts are put into.
 */
final class Situation {

    /** A heartbeat is 2 KiB: this is a hundred thousand. */
    private static final long MAX_REPORT_BYTES = 256L << 20;

    private static final Duration LONGEST_WINDOW = Duration.ofMinutes(15);
    private static final Duration MARGIN = Duration.ofSeconds(15);
    private static final int DEFAULT_HEARTBEAT_SECONDS = 300;
    private static final String TYPE_HEADER = "ce_type";
    private static final String HEARTBEAT = MessageTypes.nameOf(new Heartbeat(Instant.EPOCH, 0, List.of(), Map.of()));

    private final Records kafka;
    private final Decisions decisions =
            new Decisions(Map.of("policybundle", PublishedBundle.class, "rollout", ProgressDecision.class));
    private final Map<String, DeviceState> states = new HashMap<>();
    private final Inventory objects;
    private final GateOutlook gates;
    private final Fleet fleet;

    /**
     * Facts by device name.
     *
     * @param since from when on heartbeats were read
     * @param whole false when there were more than are read at most
     */
    record Facts(Map<String, Heartbeat> heartbeats, Instant since, boolean whole) {}

    /**
     * Reads it.
     *
     * @throws Refused 503 when Kafka does not answer
     */
    Situation(Inventory objects, Records kafka, String namespace, Instant now) {
        this.kafka = kafka;
        this.objects = objects;
        Clock clock = Clock.fixed(now, ZoneOffset.UTC);
        this.gates = new GateOutlook(this::ordered, clock);
        this.fleet = new Fleet(clock, gates.turnstile());
        String bundleKeys = DecisionKey.of(PolicyBundle.class, namespace, "").toString();
        String rolloutKeys = DecisionKey.of(Rollout.class, namespace, "").toString();
        kafka.all(Topic.DECISIONS, key -> key.startsWith(bundleKeys) || key.startsWith(rolloutKeys))
                .forEach((key, record) -> decisions.read(key, record.value()));
        Set<String> keys = objects.devices().stream()
                .map(each -> DeviceObjects.id(each).toString())
                .collect(Collectors.toSet());
        kafka.of(Topic.STATE, keys).values().forEach(this::know);
        objects.devices().forEach(each -> DeviceObjects.declare(fleet, each));
    }

    /** The other live rollouts of a line. */
    List<LiveRollout> others(String policy, String rollout) {
        return rollouts().stream()
                .filter(each -> !each.getMetadata().getName().equals(rollout))
                .map(each -> RolloutForecast.live(each, progress(each), published(each)))
                .filter(Objects::nonNull)
                .filter(live -> live.bundle().policy().equals(policy))
                .toList();
    }

    private List<PolicyRef> ordered(DeviceId device) {
        DeviceState state = states.get(device.name());
        return state == null || state.assigned() == null
                ? List.of()
                : state.assigned().policies();
    }

    private void know(ConsumerRecord<String, byte[]> record) {
        try {
            DeviceState state = Json.read(record.value(), DeviceState.class);
            if (state.device().toString().equals(record.key())) {
                states.put(state.device().name(), state);
                fleet.know(KnownDevice.of(state));
            }
        } catch (MalformedJson | NullPointerException e) {
            throw new Refused(500, "the state of device " + record.key() + " cannot be read: " + e.getMessage(), e);
        }
    }

    GateOutlook gates() {
        return gates;
    }

    Fleet fleet() {
        return fleet;
    }

    Decisions decisions() {
        return decisions;
    }

    @Nullable DeviceState state(String device) {
        return states.get(device);
    }

    List<Rollout> rollouts() {
        return objects.rollouts();
    }

    @Nullable PolicyBundle bundle(String name) {
        return find(objects.bundles(), name);
    }

    @Nullable Rollout rollout(String name) {
        return find(objects.rollouts(), name);
    }

    private static <T extends HasMetadata> @Nullable T find(List<T> objects, String name) {
        return objects.stream()
                .filter(each -> each.getMetadata().getName().equals(name))
                .findFirst()
                .orElse(null);
    }

    /** How far a rollout has got, null when nothing is on record for this very object. */
    @Nullable ProgressDecision progress(Rollout rollout) {
        ProgressDecision progress = decisions.get(
                DecisionKey.of(
                        Rollout.class,
                        rollout.getMetadata().getNamespace(),
                        rollout.getMetadata().getName()),
                ProgressDecision.class);
        return progress == null || !progress.uid().equals(rollout.getMetadata().getUid()) ? null : progress;
    }

    /** What a rollout brings, null when it is not published or its object is gone. */
    @Nullable PublishedBundle published(Rollout rollout) {
        PolicyBundle object = bundle(rollout.getSpec().bundleRef().name());
        PublishedBundle record = object == null
                ? null
                : decisions.get(
                        DecisionKey.of(
                                PolicyBundle.class,
                                rollout.getMetadata().getNamespace(),
                                object.getMetadata().getName()),
                        PublishedBundle.class);
        return record == null
                        || object == null
                        || !record.uid().equals(object.getMetadata().getUid())
                ? null
                : record;
    }

    /** What these devices last said of themselves, from two of their heartbeat intervals back, at most a quarter of an hour. */
    Facts facts(Collection<DeviceState> devices, Instant now) {
        int seconds = devices.stream()
                .mapToInt(each -> each.assigned() == null
                        ? DEFAULT_HEARTBEAT_SECONDS
                        : each.assigned().heartbeatSeconds())
                .max()
                .orElse(0);
        Duration window = Duration.ofSeconds(2L * seconds).plus(MARGIN);
        Instant since = now.minus(window.compareTo(LONGEST_WINDOW) > 0 ? LONGEST_WINDOW : window);
        Records.Found found = kafka.since(
                since,
                Topic.REPORTS,
                devices.stream().map(each -> each.device().toString()).collect(Collectors.toSet()),
                MAX_REPORT_BYTES,
                Situation::isHeartbeat);
        Map<String, Heartbeat> heartbeats = new HashMap<>();
        for (DeviceState device : devices) {
            ConsumerRecord<String, byte[]> record =
                    found.records().get(device.device().toString());
            Heartbeat heartbeat = record == null ? null : heartbeat(record, device.epoch());
            if (heartbeat != null) {
                heartbeats.put(device.device().name(), heartbeat);
            }
        }
        return new Facts(heartbeats, since, found.whole());
    }

    static boolean isHeartbeat(ConsumerRecord<String, byte[]> record) {
        Header type = record.headers().lastHeader(TYPE_HEADER);
        return type != null && new String(type.value(), StandardCharsets.UTF_8).equals(HEARTBEAT);
    }

    /** What an agent says may be rubbish: then nothing is known of it. */
    static @Nullable Heartbeat heartbeat(ConsumerRecord<String, byte[]> record, long epoch) {
        try {
            var envelope = EnvelopeBinding.fromRecord(record.headers(), record.value());
            return envelope.epoch() == epoch && envelope.body() instanceof Heartbeat heartbeat ? heartbeat : null;
        } catch (RuntimeException | StackOverflowError e) {
            return null;
        }
    }

    /** Contents by digest, of those that are there. */
    Map<String, BundleContent> contents(Set<String> digests) {
        Map<String, BundleContent> contents = new HashMap<>();
        if (!digests.isEmpty()) {
            kafka.all(Topic.BUNDLES, digests::contains).forEach((digest, record) -> {
                try {
                    contents.put(digest, SignedRecord.of(record.value()).read(JwsType.BUNDLE, BundleContent.class));
                } catch (MalformedJson e) {
                    throw new Refused(500, "bundle " + digest + " cannot be read: " + e.getMessage(), e);
                }
            });
        }
        return contents;
    }
}
