package io.kubemdm.testbed.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kubemdm.bus.Topic;
import io.kubemdm.crds.Condition;
import io.kubemdm.crds.Decision;
import io.kubemdm.crds.device.Device;
import io.kubemdm.crds.policybundle.PolicyBundle;
import io.kubemdm.crds.rollout.Rollout;
import io.kubemdm.crds.rollout.RolloutPhase;
import io.kubemdm.crds.wipeapproval.WipeApproval;
import io.kubemdm.crds.wiperequest.WipePhase;
import io.kubemdm.crds.wiperequest.WipeRequest;
import io.kubemdm.crds.wiperequest.WipeType;
import io.kubemdm.protocol.bundle.PolicyRef;
import io.kubemdm.protocol.message.PolicyReported;
import io.kubemdm.protocol.order.CommandType;
import io.kubemdm.protocol.order.Receipt;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(StageExtension.class)
class ControlTest {

    private static ConditionFactory soon() {
        return await().atMost(Duration.ofSeconds(20));
    }

    @Test
    void aDeviceThatEnrolledGetsItsObjectAndIsDeclared(Stage stage) {
        Tenant tenant = new Tenant(stage, "born");
        tenant.enrol(1);
        Device device = tenant.get(Device.class, "d-0");
        assertThat(device.getMetadata().getLabels()).containsEntry("ring", "a");
        assertThat(device.getSpec().hardware().serial()).isEqualTo("SN-d-0");
        soon().until(() -> stage.records(Topic.REPORTS, tenant.name() + "/d-0").size() == 1);
    }

    @Test
    void aRolloutReachesItsDevicesStepByStepAndCompletes(Stage stage) {
        Tenant tenant = new Tenant(stage, "roll");
        tenant.enrol(20);
        PolicyRef ref = tenant.rollOut("base", "1.0.0", 10, 100);
        soon().until(() -> tenant.ordered().size() == 2);
        List<String> first = tenant.ordered();
        first.forEach(d -> stage.say(
                tenant.device(d).reports(ref, PolicyReported.State.Applied).state()));
        soon().until(() -> tenant.ordered().size() == 20);
        tenant.allApply(ref);
        soon().until(() -> tenant.get(Rollout.class, "base").getStatus().phase() == RolloutPhase.Completed
                && tenant.get(Rollout.class, "base").getStatus().counts().succeeded() == 20);
        PolicyBundle bundle = tenant.get(PolicyBundle.class, "base");
        assertThat(bundle.getStatus().conditions())
                .filteredOn(c -> c.type().equals("Ready"))
                .allMatch(c -> c.status() == Condition.Status.True);
    }

    @Test
    void theKillSwitchTakesTheBundleBackToTheLastVersion(Stage stage) {
        Tenant tenant = new Tenant(stage, "kill");
        tenant.enrol(4);
        PolicyRef old = tenant.rollOut("old", "1.0.0", 100);
        soon().until(() -> tenant.ordered().size() == 4);
        tenant.allApply(old);
        PolicyRef next = tenant.rollOut("next", "1.1.0", 100);
        soon().until(() -> stage.records(Topic.DESIRED, tenant.name() + "/").size() == 8);
        tenant.allApply(next);
        tenant.patch(Rollout.class, "next", "{\"spec\":{\"enabled\":false}}");
        soon().until(() -> stage.records(Topic.DESIRED, tenant.name() + "/").size() == 12);
        tenant.allApply(old);
        soon().until(() -> tenant.get(Rollout.class, "next").getStatus().phase() == RolloutPhase.RolledBack);
    }

    @Test
    void aFailingStepGoesBackByItselfAndSaysSo(Stage stage) {
        Tenant tenant = new Tenant(stage, "abort");
        tenant.enrol(10);
        PolicyRef old = tenant.rollOut("old", "1.0.0", 100);
        soon().until(() -> tenant.ordered().size() == 10);
        tenant.allApply(old);
        soon().until(() -> tenant.get(Rollout.class, "old").getStatus().phase() == RolloutPhase.Completed);
        stage.client().resource(tenant.get(Rollout.class, "old")).delete();
        PolicyRef next = tenant.rollOut("next", "1.1.0", 20, 100);
        tenant.patch(Rollout.class, "next", """
                {"spec":{"abort":[{"failureType":"Failed","percent":50,"minimumSample":2}]}}""");
        soon().until(() -> stage.records(Topic.DESIRED, tenant.name() + "/").size() == 12);

        List<String> tried = stage.records(Topic.DESIRED, tenant.name() + "/").stream()
                .collect(Collectors.groupingBy(ConsumerRecord::key, Collectors.counting()))
                .entrySet()
                .stream()
                .filter(orders -> orders.getValue() == 2)
                .map(orders -> orders.getKey().substring(tenant.name().length() + 1))
                .toList();
        tried.forEach(device -> stage.say(tenant.device(device)
                .reports(next, PolicyReported.State.RolledBack)
                .state()));

        soon().until(() -> stage.records(Topic.DESIRED, tenant.name() + "/").size() == 14);
        tried.forEach(device -> stage.say(
                tenant.device(device).reports(old, PolicyReported.State.Applied).state()));
        soon().until(() -> tenant.get(Rollout.class, "next").getStatus().phase() == RolloutPhase.RolledBack
                && tenant.get(Rollout.class, "next").getStatus().counts().rolledBack() == 2);
        assertThat(tenant.get(Rollout.class, "next").getStatus().counts().admitted())
                .isEqualTo(2);
        assertThat(stage.client()
                        .events()
                        .v1()
                        .events()
                        .inNamespace(tenant.name())
                        .list()
                        .getItems())
                .filteredOn(event -> event.getRegarding().getName().equals("next"))
                .singleElement()
                .satisfies(event -> {
                    assertThat(event.getType()).isEqualTo("Warning");
                    assertThat(event.getReason()).isEqualTo("Aborted");
                    assertThat(event.getNote()).contains("2 of 2 devices that answered: Failed, the limit is 50 %");
                });
    }

    @Test
    void deletingARolloutChangesNoDevice(Stage stage) {
        Tenant tenant = new Tenant(stage, "gone");
        tenant.enrol(3);
        tenant.rollOut("base", "1.0.0", 100);
        soon().until(() -> tenant.ordered().size() == 3);
        stage.client().resource(tenant.get(Rollout.class, "base")).delete();
        await().during(Duration.ofSeconds(2))
                .atMost(Duration.ofSeconds(5))
                .until(() -> stage.records(Topic.DESIRED, tenant.name() + "/").size() == 3);
    }

    @Test
    void aRetirementIsConfirmedByAReceiptAndTheDeviceStaysGone(Stage stage) {
        Tenant tenant = new Tenant(stage, "wipe");
        tenant.enrol(1);
        String id = tenant.ask("leave", "d-0", WipeType.Retire);
        soon().until(() -> stage.records(Topic.COMMANDS, tenant.name() + "/").size() == 1);
        awaitPhase(tenant, "leave", WipePhase.Queued);
        PlayedDevice device = tenant.device("d-0");
        stage.say(device.took(id, "leave", CommandType.Retire, 1, Instant.now().plusSeconds(1000))
                .state());
        awaitPhase(tenant, "leave", WipePhase.Acknowledged);
        stage.say(device.signed(id, Receipt.Outcome.Completed).state());
        awaitPhase(tenant, "leave", WipePhase.Completed);
        assertThat(stage.records(Topic.REVOCATIONS, tenant.name() + "/")).hasSize(1);
        stage.client().resource(tenant.get(Device.class, "d-0")).delete();
        await().during(Duration.ofSeconds(2))
                .atMost(Duration.ofSeconds(4))
                .until(() -> tenant.get(Device.class, "d-0") == null);
    }

    @Test
    void aRequestCancelledBeforeDeliveryIsWithdrawn(Stage stage) {
        Tenant tenant = new Tenant(stage, "cancel");
        tenant.enrol(1);
        tenant.ask("lock", "d-0", WipeType.Lock);
        awaitPhase(tenant, "lock", WipePhase.Queued);
        tenant.patch(WipeRequest.class, "lock", "{\"spec\":{\"cancelled\":true}}");
        awaitPhase(tenant, "lock", WipePhase.Cancelled);
        assertThat(stage.records(Topic.COMMANDS, tenant.name() + "/")).hasSize(2);
    }

    @Test
    void aFullWipeGoesOutWhenTwoOthersHaveApprovedItAndAccessEndsThen(Stage stage) {
        Tenant tenant = new Tenant(stage, "erase");
        tenant.enrol(1);
        String id = tenant.ask("erase", "d-0", WipeType.FullWipe);
        tenant.say("bob", "erase", id, "bob", Decision.Approve);
        soon().until(() -> tenant.status("erase").approvals().size() == 1);
        assertThat(tenant.status("erase").phase()).isEqualTo(WipePhase.PendingApproval);
        assertThat(tenant.commands()).isZero();
        assertThat(stage.records(Topic.REVOCATIONS, tenant.name() + "/")).isEmpty();

        tenant.say("carol", "erase", id, "carol", Decision.Approve);

        tenant.awaitPhase("erase", WipePhase.Queued);
        soon().until(() -> tenant.holds("erase", "AccessRevoked"));
        assertThat(tenant.commands()).isEqualTo(1);
        assertThat(stage.records(Topic.REVOCATIONS, tenant.name() + "/")).hasSize(1);
        assertThat(tenant.holds("erase", "Approved")).isTrue();

        stage.client().resource(tenant.get(WipeApproval.class, "bob")).delete();
        PlayedDevice device = tenant.device("d-0");
        stage.say(
                device.took(id, "erase", CommandType.FullWipe, 1, Instant.now().plusSeconds(1000))
                        .state());
        tenant.awaitPhase("erase", WipePhase.Erasing);
        stage.say(device.signed(id, Receipt.Outcome.Completed).state());
        tenant.awaitPhase("erase", WipePhase.Completed);
        assertThat(tenant.status("erase").approvals()).hasSize(2);
        stage.say(device.enrolsAgain().state());
        await().during(Duration.ofSeconds(1))
                .atMost(Duration.ofSeconds(5))
                .until(() -> tenant.status("erase").phase() == WipePhase.Completed);
        assertThat(stage.records(Topic.REVOCATIONS, tenant.name() + "/"))
                .as("the new life keeps its certificates")
                .hasSize(1);
    }

    private static void awaitPhase(Tenant tenant, String request, WipePhase phase) {
        soon().until(() -> {
            WipeRequest now = tenant.get(WipeRequest.class, request);
            return now.getStatus() != null && now.getStatus().phase() == phase;
        });
    }
}
