package io.kubemdm.testbed.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.CustomResource;
import io.kubemdm.bus.Topic;
import io.kubemdm.crds.device.Device;
import io.kubemdm.crds.policybundle.PolicyBundle;
import io.kubemdm.crds.policybundle.PolicyBundleStatusBuilder;
import io.kubemdm.crds.rollout.Rollout;
import io.kubemdm.crds.rollout.RolloutPhase;
import io.kubemdm.crds.wiperequest.WipePhase;
import io.kubemdm.crds.wiperequest.WipeRequest;
import io.kubemdm.crds.wiperequest.WipeType;
import io.kubemdm.operator.Control;
import io.kubemdm.operator.status.StatusWriter;
import io.kubemdm.protocol.order.CommandType;
import io.kubemdm.protocol.order.Receipt;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;

/** What happens when something is lost: statuses, objects, a process, readable records. */
@ExtendWith(StageExtension.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class LossTest {

    private static final Topic[] OURS = {
        Topic.DESIRED, Topic.COMMANDS, Topic.BUNDLES, Topic.DECISIONS, Topic.REVOCATIONS, Topic.REPORTS
    };

    @Test
    void clearedStatusesComeBackTheSameAndNoOrderGoesOut(Stage stage) {
        Tenant tenant = settled(stage, "clear");
        Map<String, String> statuses = statuses(tenant);
        Map<Topic, Integer> records = recordCounts(stage, tenant);
        ours(tenant).forEach(stage::clearStatus);
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(statuses(tenant)).isEqualTo(statuses));
        assertThat(recordCounts(stage, tenant)).isEqualTo(records);
    }

    @Test
    void aRestartWritesNothingAndSendsNothing(Stage stage) {
        Tenant tenant = settled(stage, "again");
        stage.stop();
        Map<String, String> versions = versions(tenant);
        Map<Topic, Integer> records = recordCounts(stage, tenant);
        stage.lead();
        await().during(Duration.ofSeconds(3)).atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
            assertThat(versions(tenant)).isEqualTo(versions);
            assertThat(recordCounts(stage, tenant)).isEqualTo(records);
        });
    }

    /** Last: every start after it has a thousand devices to look at. */
    @Test
    @Order(Integer.MAX_VALUE)
    void deletedDevicesComeBackAsDeclared(Stage stage) {
        Tenant tenant = new Tenant(stage, "back");
        tenant.enrol(1_000);
        tenant.patch(Device.class, "d-7", "{\"metadata\":{\"labels\":{\"ring\":\"special\"}}}");
        tenant.echoDeclarations();
        stage.plane().kubectl().run("delete", "devices", "--all", "--namespace", tenant.name(), "--wait=false");
        await().atMost(Duration.ofSeconds(30)).until(() -> tenant.deviceObjects() == 1_000);
        assertThat(tenant.get(Device.class, "d-7").getMetadata().getLabels()).containsEntry("ring", "special");
    }

    @Test
    void aStatusIsNeverWrittenOnAnotherObjectOfTheSameName(Stage stage) {
        Tenant tenant = new Tenant(stage, "twin");
        tenant.publish("twin", "1.0.0");
        PolicyBundle former = tenant.get(PolicyBundle.class, "twin");
        stage.client().resource(former).delete();
        await().atMost(Duration.ofSeconds(20)).until(() -> tenant.get(PolicyBundle.class, "twin") == null);
        tenant.publish("twin", "1.0.0");
        PolicyBundle twin = tenant.get(PolicyBundle.class, "twin");

        boolean written = new StatusWriter(stage.client())
                .write(
                        former,
                        PolicyBundleStatusBuilder.builder()
                                .observedGeneration(99L)
                                .build());

        assertThat(written).isFalse();
        assertThat(tenant.get(PolicyBundle.class, "twin").getStatus().observedGeneration())
                .isEqualTo(twin.getMetadata().getGeneration());
    }

    @Test
    void whatCannotBeReadIsSetAsideAndTheRestGoesOn(Stage stage) {
        stage.stop();
        byte[] rubbish = "rubbish".getBytes(StandardCharsets.UTF_8);
        int before = stage.records(Topic.DEAD_LETTERS).size();
        stage.rawAsOperator(Topic.DECISIONS, "rollout/poison/a", rubbish);
        stage.rawAsOperator(Topic.DECISIONS, "poison", "{}".getBytes(StandardCharsets.UTF_8));
        stage.rawAsOperator(Topic.DESIRED, "poison/a", rubbish);
        stage.rawAsOperator(Topic.COMMANDS, "poison/a/b", rubbish);
        stage.raw(Topic.STATE, "poison/a", rubbish);
        stage.lead();
        stage.raw(Topic.STATE, "poison/b", rubbish);
        await().atMost(Duration.ofSeconds(20))
                .until(() -> stage.records(Topic.DEAD_LETTERS).size() == before + 6);
        new Tenant(stage, "healthy").enrol(1);
        for (String key : new String[] {"rollout/poison/a", "poison"}) {
            stage.rawAsOperator(Topic.DECISIONS, key, null);
        }
        stage.rawAsOperator(Topic.DESIRED, "poison/a", null);
        stage.rawAsOperator(Topic.COMMANDS, "poison/a/b", null);
    }

    @Test
    void aLeaderWhoseProducerWasFencedSendsNothingMoreAndEnds(Stage stage) {
        Tenant tenant = new Tenant(stage, "fenced");
        tenant.enrol(1);
        int ended = stage.ended();
        stage.fenceDispatcher();

        tenant.ask("lock", "d-0", WipeType.Lock);

        await().atMost(Duration.ofSeconds(30)).until(() -> stage.ended() > ended);
        assertThat(stage.records(Topic.COMMANDS, tenant.name())).isEmpty();
        stage.stop();
        stage.lead();
        await().atMost(Duration.ofSeconds(20))
                .until(() -> stage.records(Topic.COMMANDS, tenant.name()).size() == 1);
    }

    @Test
    void aLeaderThatStartsWithoutKafkaSaysSoAndRecovers(Stage stage) {
        Tenant tenant = new Tenant(stage, "nobroker");
        stage.stop();
        stage.broker().kill9();
        Control waiting = stage.start();
        await().atMost(Duration.ofSeconds(60))
                .until(() -> waiting.phase() == Control.Phase.WAITING_FOR_KAFKA
                        && waiting.trouble().contains("Kafka"));

        stage.broker().restart();

        await().atMost(Duration.ofSeconds(90)).until(() -> waiting.phase() == Control.Phase.LEADING);
        assertThat(tenant.publish("after", "1.0.0").digest()).isNotEmpty();
    }

    @Test
    void aLeaderWhoseKindsAreInstalledLateMissesNoObject(Stage stage) throws IOException {
        stage.stop();
        stage.uninstallRollouts();
        Control early = stage.start();
        try {
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> early.phase() == Control.Phase.SYNCING
                            && early.trouble().contains("rollouts"));
        } finally {
            stage.installKinds();
        }

        await().atMost(Duration.ofSeconds(60)).until(() -> early.phase() == Control.Phase.LEADING);
        Tenant tenant = new Tenant(stage, "late");
        for (int i = 0; i < 20; i++) {
            assertThat(tenant.publish("bundle-" + i, "1.0." + i).digest()).isNotEmpty();
        }
    }

    @Test
    void theApiServerMayRestartUnderIt(Stage stage) {
        Tenant tenant = new Tenant(stage, "restart");
        tenant.enrol(1);
        stage.plane().kill9ApiServer();
        stage.plane().restartApiServer();
        PlayedDevice late = new PlayedDevice(Stage.id(tenant.name(), "late"), Map.of());
        stage.say(late.state());
        await().atMost(Duration.ofSeconds(60)).ignoreExceptions().until(() -> tenant.get(Device.class, "late") != null);
        await().atMost(Duration.ofSeconds(30)).ignoreExceptions().until(() -> tenant.publish("after", "1.0.0") != null);
    }

    /** A tenant in which a rollout is complete and a request confirmed. */
    private static Tenant settled(Stage stage, String prefix) {
        Tenant tenant = new Tenant(stage, prefix);
        tenant.enrol(3);
        tenant.allApply(tenant.rollOut("base", "1.0.0", 50, 100));
        String id = tenant.ask("lock", "d-0", WipeType.Lock);
        await().atMost(Duration.ofSeconds(20))
                .until(() -> stage.records(Topic.COMMANDS, tenant.name()).size() == 1);
        stage.say(tenant.device("d-0")
                .took(id, "lock", CommandType.Lock, 1, Instant.now().plusSeconds(1000))
                .signed(id, Receipt.Outcome.Completed)
                .state());
        await().atMost(Duration.ofSeconds(30))
                .until(() -> tenant.get(Rollout.class, "base").getStatus().phase() == RolloutPhase.Completed
                        && tenant.get(Rollout.class, "base")
                                        .getStatus()
                                        .counts()
                                        .succeeded()
                                == 3
                        && tenant.get(WipeRequest.class, "lock").getStatus().phase() == WipePhase.Completed);
        await().atMost(Duration.ofSeconds(20))
                .until(() -> stage.records(Topic.DESIRED, tenant.name()).size() == 3);
        return tenant;
    }

    private static Stream<HasMetadata> ours(Tenant tenant) {
        return Stream.of(
                tenant.get(PolicyBundle.class, "base"),
                tenant.get(Rollout.class, "base"),
                tenant.get(WipeRequest.class, "lock"));
    }

    /** Without a bundle's counts, which are up to a minute old. */
    private static Map<String, String> statuses(Tenant tenant) {
        Map<String, String> statuses = new TreeMap<>();
        ours(tenant).forEach(o -> statuses.put(o.getKind(), String.valueOf(status(o))));
        return statuses;
    }

    private static @Nullable Object status(HasMetadata object) {
        return object instanceof PolicyBundle bundle && bundle.getStatus() != null
                ? bundle.getStatus().withCounts(null)
                : ((CustomResource<?, ?>) object).getStatus();
    }

    private static Map<String, String> versions(Tenant tenant) {
        Map<String, String> versions = new TreeMap<>();
        ours(tenant)
                .filter(o -> !(o instanceof PolicyBundle))
                .forEach(o -> versions.put(o.getKind(), o.getMetadata().getResourceVersion()));
        tenant.objects(Device.class)
                .forEach(d ->
                        versions.put(d.getMetadata().getName(), d.getMetadata().getResourceVersion()));
        versions.put("bundle", String.valueOf(status(tenant.get(PolicyBundle.class, "base"))));
        return versions;
    }

    private static Map<Topic, Integer> recordCounts(Stage stage, Tenant tenant) {
        Map<Topic, Integer> counts = new TreeMap<>();
        for (Topic topic : OURS) {
            counts.put(topic, (int) stage.records(topic).stream()
                    .filter(r -> topic == Topic.BUNDLES || r.key().contains(tenant.name() + "/"))
                    .count());
        }
        return counts;
    }
}
