package io.kubemdm.testbed.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kubemdm.bus.Topic;
import io.kubemdm.crds.device.Device;
import io.kubemdm.crds.wiperequest.WipePhase;
import io.kubemdm.crds.wiperequest.WipeReason;
import io.kubemdm.crds.wiperequest.WipeRequest;
import io.kubemdm.crds.wiperequest.WipeType;
import io.kubemdm.operator.automation.deprovision.LostSettings;
import io.kubemdm.operator.automation.deprovision.TriggerDecision;
import io.kubemdm.operator.automation.deprovision.TriggerDecision.Kind;
import io.kubemdm.operator.automation.deprovision.TriggerDecision.Source;
import io.kubemdm.protocol.json.Json;
import io.kubemdm.testbed.Checkout;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What HR and directory systems say, and what becomes of it. One tenant; each test has devices of its own in it. */
@ExtendWith(StageExtension.class)
class AutomationTest {

    private static Tenant tenant;
    private static Door door;

    @BeforeAll
    static void open(Stage stage, @TempDir Path folder) throws Exception {
        tenant = new Tenant(stage, "automation");
        tenant.enrol(8);
        door = new Door(folder, tenant.name());
        stage.stop();
        stage.open(new LostSettings(true, false), door.settings());
        stage.lead();
        door.at(stage.current().automationPort());
    }

    @AfterAll
    static void close(Stage stage) {
        stage.stop();
        stage.open(LostSettings.NONE, null);
        stage.lead();
        door.close();
    }

    private static ConditionFactory soon() {
        return await().atMost(Duration.ofSeconds(30));
    }

    private static void own(String device, String owner) {
        tenant.patch(Device.class, device, "{\"spec\":{\"owner\":\"" + owner + "\"}}");
    }

    private static List<WipeRequest> about(String device) {
        return tenant.objects(WipeRequest.class).stream()
                .filter(each -> each.getSpec().deviceRef().name().equals(device))
                .toList();
    }

    /** Reports to the engine about a device whose type ends so. */
    private static long told(Stage stage, String device, String type) {
        return stage.records(Topic.REPORTS, tenant.name() + "/" + device).stream()
                .filter(each -> new String(each.headers().lastHeader("ce_type").value(), StandardCharsets.UTF_8)
                        .equals("io.kubemdm.device." + type + ".v1"))
                .count();
    }

    @Test
    void scimTesterPasses() throws Exception {
        ScimTester.Result result =
                ScimTester.check(door.url() + "/tenants/" + tenant.name() + "/scim/v2", Door.TOKEN, door.root());
        System.err.println("scim2-tester: " + result.text().strip());
        assertThat(result.exit()).as(result.text()).isZero();
    }

    @Test
    void theSamplesScriptsAskByOwnershipOncePerDevice(Stage stage) throws Exception {
        stage.say(tenant.device("d-1").ofPerson().state());
        own("d-0", "ada@example.org");
        own("d-1", "ada@example.org");
        String folder =
                Checkout.ofWorkingDirectory().path("samples/06-offboarding").toString();

        ScimTester.Result deactivated =
                ScimTester.run(List.of(folder + "/deactivate.sh", "ada@example.org"), door.variables());
        assertThat(deactivated.exit()).as(deactivated.text()).isZero();

        soon().until(() -> about("d-0").size() == 1 && about("d-1").size() == 1);
        assertThat(about("d-0").getFirst().getSpec().type()).isEqualTo(WipeType.FullWipe);
        assertThat(about("d-1").getFirst().getSpec().type()).isEqualTo(WipeType.SelectiveWipe);
        assertThat(about("d-0").getFirst().getSpec().reason()).isEqualTo(WipeReason.Offboarding);
        tenant.awaitPhase(about("d-0").getFirst().getMetadata().getName(), WipePhase.PendingApproval);
        tenant.awaitPhase(about("d-1").getFirst().getMetadata().getName(), WipePhase.Queued);
        assertThat(told(stage, "d-0", "deprovision")).isEqualTo(1);
        assertThat(told(stage, "d-1", "deprovision")).isEqualTo(1);

        String body = "{\"type\":\"device.lost\",\"data\":{\"device\":\"d-2\"}}";
        for (int attempt = 0; attempt < 2; attempt++) {
            ScimTester.Result sent = ScimTester.run(List.of(folder + "/hook.sh", "msg_1", body), door.variables());
            assertThat(sent.exit()).as(sent.text()).isZero();
        }
        soon().until(() -> about("d-2").size() == 1);
        assertThat(about("d-2").getFirst().getSpec().type()).isEqualTo(WipeType.FullWipe);
        assertThat(told(stage, "d-2", "wipe")).isEqualTo(1);
    }

    @Test
    void aHookThatIsSentTenTimesAtOnceAsksOnce(Stage stage) throws Exception {
        own("d-3", "grace");
        String body = "{\"type\":\"user.deactivated\",\"data\":{\"user\":\"grace\"}}";
        List<Callable<Integer>> sends = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            sends.add(() -> door.hook("msg_2", body, 0).statusCode());
        }
        try (ExecutorService senders = Executors.newFixedThreadPool(10)) {
            for (Future<Integer> each : senders.invokeAll(sends)) {
                assertThat(each.get()).isEqualTo(202);
            }
        }
        soon().until(() -> about("d-3").size() == 1);

        String name = about("d-3").getFirst().getMetadata().getName();
        stage.client().resource(tenant.get(WipeRequest.class, name)).delete();
        assertThat(door.hook("msg_2", body, 0).statusCode()).isEqualTo(202);
        stage.stop();
        stage.lead();
        door.at(stage.current().automationPort());
        assertThat(door.hook("msg_2", body, 200).statusCode()).isEqualTo(202);
        await().during(Duration.ofSeconds(2)).atMost(Duration.ofSeconds(10)).until(() -> about("d-3")
                .isEmpty());
        assertThat(told(stage, "d-3", "deprovision")).isEqualTo(1);
    }

    @Test
    void whatALeaderWroteDownAndDidNotDoItsSuccessorDoes(Stage stage) {
        own("d-4", "joan");
        soon().until(() ->
                "joan".equals(tenant.get(Device.class, "d-4").getSpec().owner()));
        stage.stop();
        // As a leader leaves it that was killed between its answer and its next step.
        stage.rawAsOperator(
                Topic.DECISIONS,
                "trigger/" + tenant.name() + "/hook-killed",
                Json.write(
                        TriggerDecision.pulled(Kind.UserDeactivated, Source.Webhook, List.of("joan"), Instant.now())));
        stage.lead();
        door.at(stage.current().automationPort());
        soon().until(() -> about("d-4").size() == 1);
        assertThat(told(stage, "d-4", "deprovision")).isEqualTo(1);
    }

    @Test
    void aLostDeviceIsAskedToBeWipedWhereThatIsConfigured(Stage stage) {
        stage.say(tenant.device("d-6").ofPerson().state());
        tenant.patch(Device.class, "d-5", "{\"spec\":{\"lifecycle\":\"Lost\"}}");
        tenant.patch(Device.class, "d-6", "{\"spec\":{\"lifecycle\":\"Lost\",\"ownership\":\"Personal\"}}");
        soon().until(() -> about("d-5").size() == 2 && about("d-6").size() == 1);
        assertThat(about("d-5").stream()
                        .collect(Collectors.toMap(each -> each.getMetadata().getName(), each -> each.getSpec()
                                .type())))
                .isEqualTo(Map.of("lost-d-5-1", WipeType.Lock, "lost-wipe-d-5-1", WipeType.FullWipe));
        assertThat(about("d-6").getFirst().getSpec().type()).isEqualTo(WipeType.Lock);
        assertThat(told(stage, "d-5", "wipe")).isEqualTo(1);
    }

    @Test
    void aUserIsKeptByTheirNextOperatorAndLeavesOnce(Stage stage) throws Exception {
        own("d-7", "hedy-1");
        String created = door.scim(
                        "POST",
                        "/Users",
                        Door.TOKEN,
                        "{\"schemas\":[\"urn:ietf:params:scim:schemas:core:2.0:User\","
                                + "\"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User\"],"
                                + "\"userName\":\"hedy\",\"externalId\":\"hedy-1\",\"name\":{\"givenName\":\"Hedy\"},"
                                + "\"active\":true}")
                .body();
        String id = Json.mapper().readTree(created).path("id").asText();
        assertThat(created).doesNotContain("givenName");
        assertThat(door.scim("POST", "/Users", Door.TOKEN, created.replace("hedy\"", "HEDY\""))
                        .statusCode())
                .isEqualTo(409);
        stage.stop();
        stage.lead();
        door.at(stage.current().automationPort());
        assertThat(door.scim("GET", "/Users?filter=userName%20eq%20%22Hedy%22", Door.TOKEN, "")
                        .body())
                .contains(id);
        String off = "{\"schemas\":[\"urn:ietf:params:scim:schemas:core:2.0:User\"],\"userName\":\"hedy\","
                + "\"externalId\":\"hedy-1\",\"active\":false}";
        for (int attempt = 0; attempt < 3; attempt++) {
            assertThat(door.scim("PUT", "/Users/" + id, Door.TOKEN, off).statusCode())
                    .isEqualTo(200);
        }
        assertThat(door.scim("DELETE", "/Users/" + id, Door.TOKEN, "").statusCode())
                .isEqualTo(204);
        soon().until(() -> about("d-7").size() == 1);
        assertThat(told(stage, "d-7", "deprovision")).isEqualTo(1);
        assertThat(door.scim("GET", "/Users/" + id, Door.TOKEN, "").statusCode())
                .isEqualTo(404);
    }

    @Test
    void rubbishIsRefusedAndChangesNothing() throws Exception {
        String left = "{\"type\":\"user.deactivated\",\"data\":{\"user\":\"nobody\"}}";
        assertThat(door.hook("msg_9", left, 400).statusCode()).isEqualTo(401);
        assertThat(door.hook("msg_9", "{\"type\":\"device.lost\",\"data\":{\"device\":\"d-99\"}}", 0)
                        .statusCode())
                .isEqualTo(404);
        assertThat(door.hook("msg_9", "x".repeat(20_000), 0).statusCode()).isEqualTo(413);
        assertThat(door.scim("GET", "/Users", "another token", "").statusCode()).isEqualTo(401);
        assertThat(door.scim("POST", "/Users", "another token", "x").statusCode())
                .isEqualTo(401);
        Random random = new Random(11);
        List<String> rubbish = new ArrayList<>(List.of(
                "[".repeat(100_000),
                "{\"schemas\":7}",
                "null",
                "{\"schemas\":[\"urn:ietf:params:scim:schemas:core:2.0:User\"],\"userName\":\"" + "x".repeat(129)
                        + "\"}"));
        for (int i = 0; i < 20; i++) {
            byte[] bytes = new byte[random.nextInt(300)];
            random.nextBytes(bytes);
            rubbish.add(new String(bytes, StandardCharsets.ISO_8859_1));
        }
        for (String body : rubbish) {
            for (String path : List.of("/Users", "/Groups")) {
                assertThat(door.scim("POST", path, Door.TOKEN, body).statusCode())
                        .as(body.length() > 100 ? body.substring(0, 100) : body)
                        .isEqualTo(400);
            }
        }
        String path = "(".repeat(20_000);
        HttpResponse<String> nested = door.scim(
                "PATCH",
                "/Users/" + "0".repeat(8),
                Door.TOKEN,
                "{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:PatchOp\"],\"Operations\":[{\"op\":\"remove\","
                        + "\"path\":\"userName[" + path + "\"}]}");
        assertThat(nested.statusCode()).isBetween(400, 404);
    }
}
