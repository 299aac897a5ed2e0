package io.kubemdm.testbed.operator;

import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.kubemdm.bus.Topic;
import io.kubemdm.crds.Condition;
import io.kubemdm.crds.Decision;
import io.kubemdm.crds.LabelSelector;
import io.kubemdm.crds.ObjectRef;
import io.kubemdm.crds.device.Device;
import io.kubemdm.crds.policybundle.PolicyBundle;
import io.kubemdm.crds.policybundle.PolicyBundleSpecBuilder;
import io.kubemdm.crds.policybundle.SettingsBuilder;
import io.kubemdm.crds.rollout.Rollout;
import io.kubemdm.crds.rollout.RolloutSpecBuilder;
import io.kubemdm.crds.rollout.Step;
import io.kubemdm.crds.rollout.StepBuilder;
import io.kubemdm.crds.wipeapproval.WipeApproval;
import io.kubemdm.crds.wipeapproval.WipeApprovalSpec;
import io.kubemdm.crds.wipeapproval.WipeApprovalSpecBuilder;
import io.kubemdm.crds.wiperequest.WipePhase;
import io.kubemdm.crds.wiperequest.WipeReason;
import io.kubemdm.crds.wiperequest.WipeRequest;
import io.kubemdm.crds.wiperequest.WipeRequestSpec;
import io.kubemdm.crds.wiperequest.WipeRequestSpecBuilder;
import io.kubemdm.crds.wiperequest.WipeRequestStatus;
import io.kubemdm.crds.wiperequest.WipeRequestStatusBuilder;
import io.kubemdm.crds.wiperequest.WipeType;
import io.kubemdm.protocol.bundle.PolicyRef;
import io.kubemdm.protocol.message.PolicyReported;
import io.kubemdm.testbed.fleet.DeviceCount;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** A namespace of its own with devices of its own. */
final class Tenant {

    /** Who asks for wipes. */
    static final String REQUESTER = "alice";

    private static final Duration SOON = Duration.ofSeconds(20);

    private final Stage stage;
    private final String name;
    private final Map<String, PlayedDevice> devices = new TreeMap<>();

    Tenant(Stage stage, String prefix) {
        this.stage = stage;
        this.name = stage.tenant(prefix);
    }

    String name() {
        return name;
    }

    List<PlayedDevice> devices() {
        return List.copyOf(devices.values());
    }

    PlayedDevice device(String device) {
        return Objects.requireNonNull(devices.get(device));
    }

    /** Enrols so many devices and waits for their objects, which the engine then knows. */
    void enrol(int count) {
        for (int i = 0; i < count; i++) {
            PlayedDevice device = new PlayedDevice(Stage.id(name, "d-" + i), Map.of("ring", i % 2 == 0 ? "a" : "b"));
            devices.put("d-" + i, device);
            stage.say(device.state());
        }
        await().atMost(Duration.ofSeconds(60)).until(() -> deviceObjects() == count);
        echoDeclarations();
    }

    /** The engine takes what the operator declared. */
    void echoDeclarations() {
        objects(Device.class)
                .forEach(object -> stage.say(device(object.getMetadata().getName())
                        .declared(
                                object.getMetadata().getUid(),
                                object.getMetadata().getGeneration(),
                                io.fabric8.kubernetes.client.utils.Serialization.asJson(object.getSpec()),
                                object.getMetadata().getLabels())
                        .state()));
    }

    /** Every device reports a bundle as applied. */
    void allApply(PolicyRef ref) {
        devices.values()
                .forEach(d ->
                        stage.say(d.reports(ref, PolicyReported.State.Applied).state()));
    }

    /** Devices that were ordered anything. */
    List<String> ordered() {
        return stage.records(Topic.DESIRED, name + "/").stream()
                .map(r -> r.key().substring(name.length() + 1))
                .distinct()
                .toList();
    }

    /** Publishes a bundle and rolls it out, by steps of these percents. */
    PolicyRef rollOut(String object, String version, int... percents) {
        PolicyRef ref = publish(object, version);
        List<Step> steps = new ArrayList<>();
        for (int percent : percents) {
            steps.add(StepBuilder.builder().name("p" + percent).percent(percent).build());
        }
        Rollout rollout = new Rollout();
        rollout.setMetadata(meta(object));
        rollout.setSpec(RolloutSpecBuilder.builder()
                .bundleRef(new ObjectRef(object))
                .selector(new LabelSelector(Map.of(), List.of()))
                .steps(steps)
                .build());
        stage.client().resource(rollout).create();
        return ref;
    }

    PolicyRef publish(String object, String version) {
        PolicyBundle bundle = new PolicyBundle();
        bundle.setMetadata(meta(object));
        bundle.setSpec(PolicyBundleSpecBuilder.builder()
                .policy("base")
                .version(version)
                .settings(SettingsBuilder.builder()
                        .sysctl(Map.of("kernel.sysrq", version))
                        .build())
                .build());
        stage.client().resource(bundle).create();
        String digest = await().atMost(SOON)
                .until(
                        () -> {
                            PolicyBundle now = get(PolicyBundle.class, object);
                            return now.getStatus() == null
                                    ? null
                                    : now.getStatus().digest();
                        },
                        Objects::nonNull);
        return new PolicyRef("base", version, digest);
    }

    /** Asks for an act; returns the id its command will have. */
    String ask(String request, String device, WipeType type) {
        return ask(request, device, type, spec -> spec);
    }

    /** Asks for an act as the spec says; returns the id its command will have. */
    String ask(String request, String device, WipeType type, UnaryOperator<WipeRequestSpec> more) {
        WipeRequest wipe = new WipeRequest();
        wipe.setMetadata(meta(request));
        wipe.setSpec(more.apply(WipeRequestSpecBuilder.builder()
                .deviceRef(new ObjectRef(device))
                .requestedBy(REQUESTER)
                .type(type)
                .reason(WipeReason.Offboarding)
                .build()));
        return stage.client().resource(wipe).create().getMetadata().getUid() + "-1";
    }

    /** A person says yes or no to the request of this command. */
    void say(String approval, String request, String command, String person, Decision decision) {
        WipeApproval said = new WipeApproval();
        said.setMetadata(meta(approval));
        said.setSpec(WipeApprovalSpecBuilder.builder()
                .wipeRef(new WipeApprovalSpec.WipeRef(request, command.substring(0, command.length() - 2)))
                .approvedBy(person)
                .decision(decision)
                .build());
        stage.client().resource(said).create();
    }

    /** The request's status, an empty one while it has none. */
    WipeRequestStatus status(String request) {
        WipeRequest now = get(WipeRequest.class, request);
        return now == null || now.getStatus() == null
                ? WipeRequestStatusBuilder.builder().build()
                : now.getStatus();
    }

    /** Whether a condition of the request is true. */
    boolean holds(String request, String condition) {
        return status(request).conditions().stream()
                .anyMatch(c -> c.type().equals(condition) && c.status() == Condition.Status.True);
    }

    void awaitPhase(String request, WipePhase phase) {
        await().atMost(SOON).until(() -> status(request).phase() == phase);
    }

    /** Commands and withdrawals on record. */
    int commands() {
        return stage.records(Topic.COMMANDS, name + "/").size();
    }

    /** Changes an object as a person's kubectl would: a status written meanwhile is no conflict. */
    <R extends HasMetadata> void patch(Class<R> kind, String object, String mergePatch) {
        stage.client()
                .resources(kind)
                .inNamespace(name)
                .withName(object)
                .patch(PatchContext.of(PatchType.JSON_MERGE), mergePatch);
    }

    <R extends HasMetadata> R get(Class<R> kind, String object) {
        return stage.client().resources(kind).inNamespace(name).withName(object).get();
    }

    <R extends HasMetadata> List<R> objects(Class<R> kind) {
        return stage.client().resources(kind).inNamespace(name).list().getItems();
    }

    /** How many Device objects there are; cheap however many. */
    long deviceObjects() {
        return DeviceCount.in(name, stage.client());
    }

    ObjectMeta meta(String object) {
        return new ObjectMetaBuilder().withNamespace(name).withName(object).build();
    }
}
