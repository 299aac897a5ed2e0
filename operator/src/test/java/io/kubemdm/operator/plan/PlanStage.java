package io.kubemdm.operator.plan;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.kubemdm.bus.Topic;
import io.kubemdm.crds.device.Device;
import io.kubemdm.crds.device.DeviceSpec;
import io.kubemdm.crds.policybundle.PolicyBundle;
import io.kubemdm.crds.policybundle.PolicyBundleSpec;
import io.kubemdm.crds.rollout.Rollout;
import io.kubemdm.crds.rollout.RolloutSpec;
import io.kubemdm.operator.approval.ApprovalSettings;
import io.kubemdm.operator.dispatch.DecisionKey;
import io.kubemdm.operator.flag.FlagAnswer;
import io.kubemdm.operator.flag.FlagAnswer.Word;
import io.kubemdm.operator.flag.FlagContext;
import io.kubemdm.operator.fleet.PublishedBundle;
import io.kubemdm.operator.fleet.SampleState;
import io.kubemdm.operator.policybundle.BundleForecast;
import io.kubemdm.operator.rollout.ProgressDecision;
import io.kubemdm.protocol.bundle.BundleContent;
import io.kubemdm.protocol.bundle.PolicyRef;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.json.Json;
import io.kubemdm.protocol.plan.RolloutPlan;
import io.kubemdm.protocol.state.DeviceState;
import io.kubemdm.protocol.trust.JwsType;
import io.kubemdm.protocol.trust.Signer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** A namespace's objects and records in memory, and the plans that are made of them. Nothing is read from a broker. */
final class PlanStage implements Records {

    static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");

    private static final Signer SIGNER = signer();

    private final List<Device> devices = new ArrayList<>();
    private final List<PolicyBundle> bundles = new ArrayList<>();
    private final List<Rollout> rollouts = new ArrayList<>();
    private final Map<Topic, Map<String, byte[]>> records = new HashMap<>();
    private final Map<String, Function<FlagContext, Word>> flags = new HashMap<>();

    /** @param ordered what its last order names */
    void device(String name, Map<String, String> labels, PolicyRef... ordered) {
        Device device = new Device();
        device.setMetadata(new ObjectMetaBuilder()
                .withNamespace("acme")
                .withName(name)
                .withLabels(labels)
                .build());
        device.setSpec(Serialization.unmarshal("platform: Linux", DeviceSpec.class));
        devices.add(device);
        DeviceState state = new SampleState(new DeviceId("acme", name), NOW.minusSeconds(60))
                .ordered(ordered)
                .state();
        put(Topic.STATE, "acme/" + name, Json.write(state));
    }

    /** A PolicyBundle object; one of the same name is replaced. */
    void object(String name, String uid, String spec) {
        PolicyBundle bundle = new PolicyBundle();
        bundle.setMetadata(new ObjectMetaBuilder()
                .withNamespace("acme")
                .withName(name)
                .withUid(uid)
                .build());
        bundle.setSpec(Serialization.unmarshal(spec, PolicyBundleSpec.class));
        delete(name);
        bundles.add(bundle);
    }

    /** The PolicyBundle object is gone; what it published stays. */
    void delete(String bundle) {
        bundles.removeIf(each -> each.getMetadata().getName().equals(bundle));
    }

    /** A PolicyBundle that is published. */
    PolicyRef published(String name, String spec) {
        object(name, name + "-uid", spec);
        BundleContent content = Objects.requireNonNull(
                BundleForecast.of(name, null, Serialization.unmarshal(spec, PolicyBundleSpec.class), Stream.empty(), 0)
                        .content());
        put(
                Topic.DECISIONS,
                DecisionKey.of(PolicyBundle.class, "acme", name).toString(),
                Json.write(new PublishedBundle(name + "-uid", content.ref(), List.of(), 300, "key", NOW, null)));
        put(
                Topic.BUNDLES,
                content.digest(),
                SIGNER.sign(JwsType.BUNDLE, content).getBytes(StandardCharsets.US_ASCII));
        return content.ref();
    }

    /** A Rollout that the cluster has. */
    void rollout(String name, String spec, @Nullable ProgressDecision progress) {
        Rollout rollout = new Rollout();
        rollout.setMetadata(new ObjectMetaBuilder()
                .withNamespace("acme")
                .withName(name)
                .withUid(name + "-uid")
                .build());
        rollout.setSpec(spec(spec));
        rollouts.add(rollout);
        if (progress != null) {
            put(Topic.DECISIONS, DecisionKey.of(Rollout.class, "acme", name).toString(), Json.write(progress));
        }
    }

    void flag(String key, Function<FlagContext, Word> says) {
        flags.put(key, says);
    }

    static RolloutSpec spec(String yaml) {
        return Serialization.unmarshal(yaml, RolloutSpec.class);
    }

    /** @param bundle spec of the PolicyBundle that is sent along, null for none */
    RolloutPlan plan(String name, String spec, @Nullable String bundle) {
        PlanRequest request = new PlanRequest(
                "acme",
                name,
                spec(spec),
                bundle == null ? null : Serialization.unmarshal(bundle, PolicyBundleSpec.class),
                RolloutPlan.MAX_NAMES);
        Situation situation = new Situation(new Inventory(devices, bundles, rollouts), this, "acme", NOW);
        return new Foretelling(request, situation, ApprovalSettings.NONE, this::ask, NOW).plan();
    }

    private Map<DeviceId, FlagAnswer> ask(String key, List<FlagContext> about) {
        return about.stream().collect(Collectors.toMap(FlagContext::device, context -> {
            Word word = flags.getOrDefault(key, any -> Word.UNREACHABLE).apply(context);
            return new FlagAnswer(word, word == Word.UNREACHABLE ? "Flag " + key + " is missing." : "", false);
        }));
    }

    private void put(Topic topic, String key, byte[] value) {
        records.computeIfAbsent(topic, any -> new TreeMap<>()).put(key, value);
    }

    @Override
    public Map<String, ConsumerRecord<String, byte[]>> all(Topic topic, Predicate<String> keys) {
        return records.getOrDefault(topic, Map.of()).entrySet().stream()
                .filter(each -> keys.test(each.getKey()))
                .collect(Collectors.toMap(
                        Map.Entry::getKey,
                        each -> new ConsumerRecord<>(topic.topicName(), 0, 0, each.getKey(), each.getValue())));
    }

    @Override
    public Map<String, ConsumerRecord<String, byte[]>> of(Topic topic, Set<String> wanted) {
        return all(topic, wanted::contains);
    }

    @Override
    public Found since(
            Instant from, Topic topic, Set<String> wanted, long most, Predicate<ConsumerRecord<String, byte[]>> which) {
        return new Found(Map.of(), true);
    }

    private static Signer signer() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(256);
            KeyPair key = generator.generateKeyPair();
            return new Signer((ECPrivateKey) key.getPrivate(), (ECPublicKey) key.getPublic());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
