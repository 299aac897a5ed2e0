package io.kubemdm.testbed.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kubemdm.bus.Topic;
import io.kubemdm.crds.Decision;
import io.kubemdm.crds.device.Device;
import io.kubemdm.crds.wipeapproval.WipeApproval;
import io.kubemdm.crds.wiperequest.WipePhase;
import io.kubemdm.crds.wiperequest.WipeRequest;
import io.kubemdm.crds.wiperequest.WipeType;
import io.kubemdm.operator.wiperequest.WipeSettings;
import io.kubemdm.protocol.order.CommandType;
import io.kubemdm.protocol.order.Receipt;
import io.kubemdm.protocol.order.WipeBudget;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What stands between a request and the device: people, budgets, ownership, time. */
@ExtendWith(StageExtension.class)
class WipeGuardsTest {

    private static ConditionFactory soon() {
        return await().atMost(Duration.ofSeconds(30));
    }

    @Test
    void whoeverAskedNeverCountsHoweverQuicklyTheyApprove(Stage stage) {
        Tenant tenant = new Tenant(stage, "self");
        tenant.enrol(1);
        for (int i = 0; i < 30; i++) {
            String request = "erase-" + i;
            String id = tenant.ask(request, "d-0", i % 2 == 0 ? WipeType.FullWipe : WipeType.CryptoErase);
            tenant.say("self-" + i, request, id, Tenant.REQUESTER, Decision.Approve);
            tenant.say("bob-" + i, request, id, "bob", Decision.Approve);
            soon().until(() -> tenant.status(request).approvals().size() == 1
                    || tenant.status(request).phase() == WipePhase.Rejected);
            tenant.patch(WipeRequest.class, request, "{\"spec\":{\"cancelled\":true}}");
            tenant.awaitPhase(request, WipePhase.Cancelled);
        }
        assertThat(tenant.commands()).isZero();
        assertThat(stage.records(Topic.REVOCATIONS, tenant.name() + "/")).isEmpty();
        WipeApproval self = tenant.get(WipeApproval.class, "self-0");
        assertThat(Objects.requireNonNull(self.getStatus())
                        .conditions()
                        .getFirst()
                        .reason())
                .isEqualTo("RequesterApproves");
    }

    @Test
    void anApprovalOfAnEarlierRequestOfTheSameNameDoesNotCount(Stage stage) {
        Tenant tenant = new Tenant(stage, "uid");
        tenant.enrol(1);
        String former = tenant.ask("erase", "d-0", WipeType.FullWipe);
        stage.client().resource(tenant.get(WipeRequest.class, "erase")).delete();
        soon().until(() -> tenant.get(WipeRequest.class, "erase") == null);
        String id = tenant.ask("erase", "d-0", WipeType.FullWipe);
        tenant.say("bob", "erase", former, "bob", Decision.Approve);
        tenant.say("carol", "erase", id, "carol", Decision.Approve);
        soon().until(() -> tenant.status("erase").approvals().size() == 1);
        assertThat(tenant.status("erase").approvals().getFirst().approvedBy()).isEqualTo("carol");
        assertThat(tenant.commands()).isZero();
    }

    @Test
    void oneNoEndsItAndSaysWhose(Stage stage) {
        Tenant tenant = new Tenant(stage, "no");
        tenant.enrol(1);
        String id = tenant.ask("erase", "d-0", WipeType.FullWipe);
        tenant.say("bob", "erase", id, "bob", Decision.Approve);
        tenant.say("dave", "erase", id, "dave", Decision.Reject);
        tenant.awaitPhase("erase", WipePhase.Rejected);
        tenant.say("carol", "erase", id, "carol", Decision.Approve);
        assertThat(tenant.status("erase").conditions().toString()).contains("dave rejected it");
        assertThat(tenant.commands()).isZero();
    }

    @Test
    void aPersonalDeviceIsNotErasedEvenIfItsObjectSaysCorporateLater(Stage stage) {
        Tenant tenant = new Tenant(stage, "byod");
        tenant.enrol(1);
        stage.say(tenant.device("d-0").ofPerson().state());
        tenant.patch(Device.class, "d-0", "{\"spec\":{\"ownership\":\"Personal\"}}");
        tenant.ask("erase", "d-0", WipeType.CryptoErase);
        tenant.awaitPhase("erase", WipePhase.Rejected);
        tenant.patch(Device.class, "d-0", "{\"spec\":{\"ownership\":\"Corporate\"}}");
        tenant.ask("again", "d-0", WipeType.CryptoErase);
        tenant.awaitPhase("again", WipePhase.Rejected);
        tenant.ask("clean", "d-0", WipeType.SelectiveWipe);
        tenant.awaitPhase("clean", WipePhase.Queued);
    }

    @Test
    void whatIsOverTheBudgetIsHeldWithNumbersAndARestartSendsNothingTwice(Stage stage) {
        stage.stop();
        stage.let(budget(5));
        stage.lead();
        try {
            Tenant tenant = new Tenant(stage, "budget");
            tenant.enrol(60);
            IntStream.range(0, 60).parallel().forEach(i -> tenant.ask("clean-" + i, "d-" + i, WipeType.SelectiveWipe));

            soon().until(() -> count(tenant, WipePhase.Queued) == 5 && count(tenant, WipePhase.Held) == 55);

            WipeRequest held = tenant.objects(WipeRequest.class).stream()
                    .filter(w -> Objects.requireNonNull(w.getStatus()).phase() == WipePhase.Held)
                    .findFirst()
                    .orElseThrow();
            assertThat(Objects.requireNonNull(held.getStatus().hold()).reason()).isEqualTo("DailyBudget");
            assertThat(held.getStatus().hold().limit()).isEqualTo(5);
            assertThat(held.getStatus().hold().observed()).isEqualTo(5);
            assertThat(held.getStatus().conditions().toString()).contains("5 of 5 commands");
            assertThat(tenant.commands()).isEqualTo(5);

            stage.client()
                    .resource(tenant.get(WipeRequest.class, queued(tenant)))
                    .delete();
            stage.stop();
            stage.lead();
            await().during(Duration.ofSeconds(3)).atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
                assertThat(tenant.commands()).isEqualTo(5);
                assertThat(count(tenant, WipePhase.Held)).isEqualTo(55);
            });

            stage.stop();
            stage.let(budget(20));
            stage.lead();
            soon().until(() -> tenant.commands() == 20);
            assertThat(stage.records(Topic.COMMANDS, tenant.name() + "/").stream()
                            .map(r -> r.key())
                            .distinct())
                    .as("nothing twice")
                    .hasSize(20);
        } finally {
            stage.stop();
            stage.let(WipeSettings.DEFAULT);
            stage.lead();
        }
    }

    @Test
    void aRequestThatIsDeletedAndCreatedAgainIsChargedTwice(Stage stage) {
        Tenant tenant = new Tenant(stage, "again");
        tenant.enrol(5);
        for (int i = 0; i < 3; i++) {
            tenant.ask("clean", "d-" + i, WipeType.SelectiveWipe);
            tenant.awaitPhase("clean", WipePhase.Queued);
            stage.client().resource(tenant.get(WipeRequest.class, "clean")).delete();
            soon().until(() -> tenant.get(WipeRequest.class, "clean") == null);
        }
        tenant.ask("clean", "d-3", WipeType.SelectiveWipe);
        tenant.awaitPhase("clean", WipePhase.Held);
        tenant.ask("other", "d-4", WipeType.Retire);
        tenant.awaitPhase("other", WipePhase.Held);
        assertThat(tenant.commands()).isEqualTo(3);
        tenant.ask("lock", "d-4", WipeType.Lock);
        tenant.awaitPhase("lock", WipePhase.Queued);
    }

    @Test
    void aDeviceThatComesBackAfterTheEndIsErasedLateAndTheRequestStaysExpired(Stage stage) {
        Tenant tenant = new Tenant(stage, "late");
        tenant.enrol(1);
        String end = Instant.now().plusSeconds(4).toString();
        String id = tenant.ask("clean", "d-0", WipeType.SelectiveWipe, spec -> spec.withExpiresAt(end));
        tenant.awaitPhase("clean", WipePhase.Expired);
        assertThat(stage.records(Topic.REVOCATIONS, tenant.name() + "/")).hasSize(1);
        assertThat(stage.records(Topic.COMMANDS, tenant.name() + "/"))
                .as("it stays signed, and is not withdrawn")
                .hasSize(2);
        assertThat(Instant.parse(Objects.requireNonNull(
                        Objects.requireNonNull(tenant.status("clean").command()).notAfter())))
                .isAfter(Instant.now().plus(Duration.ofDays(80)));

        stage.say(tenant.device("d-0")
                .took(id, "clean", CommandType.SelectiveWipe, 2, Instant.now().plusSeconds(1000))
                .signed(id, Receipt.Outcome.Completed)
                .state());

        soon().until(() -> tenant.holds("clean", "LateErase"));
        assertThat(tenant.status("clean").phase()).isEqualTo(WipePhase.Expired);
        assertThat(tenant.status("clean").receipt()).isNotNull();
    }

    @Test
    void aLostDeviceIsLockedOncePerEnrolment(Stage stage) {
        Tenant tenant = new Tenant(stage, "lost");
        tenant.enrol(1);
        tenant.patch(Device.class, "d-0", "{\"spec\":{\"lifecycle\":\"Lost\"}}");
        tenant.awaitPhase("lost-d-0-1", WipePhase.Queued);
        stage.client().resource(tenant.get(WipeRequest.class, "lost-d-0-1")).delete();
        tenant.patch(Device.class, "d-0", "{\"spec\":{\"owner\":\"somebody\"}}");
        await().during(Duration.ofSeconds(2))
                .atMost(Duration.ofSeconds(10))
                .until(() -> tenant.get(WipeRequest.class, "lost-d-0-1") == null);
        assertThat(tenant.commands()).isEqualTo(1);

        stage.say(tenant.device("d-0").enrolsAgain().state());

        tenant.awaitPhase("lost-d-0-2", WipePhase.Queued);
    }

    private static WipeSettings budget(int perDay) {
        return new WipeSettings(
                WipeSettings.Floors.DEFAULT,
                WipeSettings.Floors.DEFAULT,
                new WipeBudget.Limits(perDay, 1, 100),
                WipeBudget.Limits.LOCK);
    }

    private static long count(Tenant tenant, WipePhase phase) {
        List<WipeRequest> all = tenant.objects(WipeRequest.class);
        return all.stream()
                .filter(w -> w.getStatus() != null && w.getStatus().phase() == phase)
                .count();
    }

    private static String queued(Tenant tenant) {
        return tenant.objects(WipeRequest.class).stream()
                .filter(w -> Objects.requireNonNull(w.getStatus()).phase() == WipePhase.Queued)
                .map(w -> w.getMetadata().getName())
                .findFirst()
                .orElseThrow();
    }
}
