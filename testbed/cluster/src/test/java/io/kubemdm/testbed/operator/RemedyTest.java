package io.kubemdm.testbed.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.standardwebhooks.Webhook;
import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.kubemdm.bus.DeadLetter;
import io.kubemdm.bus.Topic;
import io.kubemdm.crds.device.Device;
import io.kubemdm.crds.wiperequest.WipeReason;
import io.kubemdm.crds.wiperequest.WipeRequest;
import io.kubemdm.crds.wiperequest.WipeType;
import io.kubemdm.operator.compliance.NotificationSettings;
import io.kubemdm.protocol.bundle.PolicyRef;
import io.kubemdm.protocol.json.Json;
import io.kubemdm.protocol.order.CommandOrder;
import io.kubemdm.protocol.order.CommandType;
import io.kubemdm.protocol.order.DesiredOrder;
import io.kubemdm.protocol.order.WipeBudget;
import io.kubemdm.protocol.state.Compliance;
import io.kubemdm.protocol.state.ComplianceState;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What the engine has fired becomes an order, a notification or a request, once, over restarts. */
@ExtendWith(StageExtension.class)
class RemedyTest {

    private static final Instant SINCE = Instant.parse("2026-11-28T12:00:00Z");
    private static final String SECRET = "whsec_" + Base64.getEncoder().encodeToString(new byte[24]);

    @TempDir
    private Path folder;

    private record Posted(Map<String, List<String>> headers, String body) {}

    private static ConditionFactory soon() {
        return await().atMost(Duration.ofSeconds(30));
    }

    @Test
    void each_fired_action_is_done_once_and_a_quarantine_ends_when_neither_stands(Stage stage) throws Exception {
        List<Posted> posted = new CopyOnWriteArrayList<>();
        AtomicInteger failures = new AtomicInteger(2);
        HttpServer sink = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        sink.createContext("/", exchange -> {
            posted.add(new Posted(
                    Map.copyOf(exchange.getRequestHeaders()),
                    new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
            exchange.sendResponseHeaders(failures.getAndDecrement() > 0 ? 500 : 200, -1);
            exchange.close();
        });
        sink.start();
        Path secret = Files.writeString(folder.resolve("secret"), SECRET);
        stage.stop();
        stage.remedy(
                new WipeBudget.Limits(1, 0, 1),
                new NotificationSettings(
                        URI.create("http://127.0.0.1:" + sink.getAddress().getPort() + "/"),
                        secret,
                        3,
                        Duration.ofMillis(50),
                        Duration.ofSeconds(5)));
        stage.lead();
        try {
            Tenant tenant = new Tenant(stage, "remedy");
            tenant.enrol(3);
            PlayedDevice device = tenant.device("d-0");

            stage.say(device.judged(broken("Notify", "Remediate", "Quarantine", "Lock"))
                    .state());

            soon().until(() -> posted.size() == 3);
            soon().until(() -> confined(stage, tenant, "d-0"));
            soon().until(() -> command(stage, tenant, CommandType.Remediate) != null);
            soon().until(() -> command(stage, tenant, CommandType.Lock) != null);
            verify(posted.getLast());
            CommandOrder order = command(stage, tenant, CommandType.Remediate);
            assertThat(order.params()).isEqualTo(Map.of("reapply", "true", "scripts", "fix"));
            WipeRequest lock = tenant.objects(WipeRequest.class).getFirst();
            assertThat(lock.getSpec().type()).isEqualTo(WipeType.Lock);
            assertThat(lock.getSpec().reason()).isEqualTo(WipeReason.PolicyEscalation);
            List<Event> events = stage.client()
                    .resources(Event.class)
                    .inNamespace(tenant.name())
                    .list()
                    .getItems();
            assertThat(events).hasSize(1);
            assertThat(events.getFirst().getNote()).contains("base@1.0.0").contains("rule-a (too old)");
            soon().until(() -> decisions(stage, "notice/" + tenant.name() + "/").getLast() == null);

            // A bad policy confines no fleet: the next device waits for the budget.
            stage.say(
                    tenant.device("d-1").judged(broken("Quarantine", "Notify")).state());
            soon().until(() -> posted.size() == 4);
            assertThat(confined(stage, tenant, "d-1")).isFalse();

            // What nobody takes is set aside after its last try, and forgotten.
            failures.set(3);
            stage.say(tenant.device("d-2").judged(broken("Notify")).state());
            soon().until(() -> setAside(stage, "notice/" + tenant.name() + "/").size() == 1);
            assertThat(posted).hasSize(7);
            DeadLetter letter = setAside(stage, "notice/" + tenant.name() + "/").getFirst();
            assertThat(letter.reason())
                    .startsWith("notification not delivered after 3 attempts: ")
                    .contains("500");
            assertThat(new String(letter.value(), StandardCharsets.UTF_8))
                    .isEqualTo(posted.getLast().body());
            assertThat(decisions(stage, String.valueOf(letter.key())).getLast()).isNull();

            // Another leader does nothing again, and a person's quarantine holds what the policies let go.
            stage.stop();
            stage.lead();
            tenant.patch(Device.class, "d-0", "{\"spec\":{\"quarantine\":{\"reason\":\"theft suspected\"}}}");
            stage.say(device.judged(null).state());
            soon().until(() ->
                    decisions(stage, "remedy/" + tenant.name() + "/d-0").getLast() != null
                            && !new String(
                                            decisions(stage, "remedy/" + tenant.name() + "/d-0")
                                                    .getLast(),
                                            StandardCharsets.UTF_8)
                                    .contains("confinedSince"));
            assertThat(confined(stage, tenant, "d-0")).isTrue();
            tenant.patch(
                    Device.class,
                    "d-0",
                    "{\"spec\":{\"quarantine\":{\"until\":\"" + Instant.now().plusSeconds(2) + "\"}}}");
            soon().until(() -> !confined(stage, tenant, "d-0"));

            assertThat(posted).hasSize(7);
            assertThat(stage.records(Topic.COMMANDS, tenant.name() + "/")).hasSize(2);
            assertThat(tenant.objects(WipeRequest.class)).hasSize(1);
        } finally {
            stage.stop();
            stage.remedy(WipeBudget.Limits.QUARANTINE, null);
            sink.stop(0);
        }
    }

    private static List<DeadLetter> setAside(Stage stage, String key) {
        return stage.records(Topic.DEAD_LETTERS).stream()
                .map(each -> Json.read(each.value(), DeadLetter.class))
                .filter(letter -> String.valueOf(letter.key()).startsWith(key))
                .toList();
    }

    private static void verify(Posted posted) throws Exception {
        new Webhook(SECRET)
                .verify(
                        posted.body(),
                        Map.of(
                                "webhook-id", posted.headers().get("Webhook-id"),
                                "webhook-timestamp", posted.headers().get("Webhook-timestamp"),
                                "webhook-signature", posted.headers().get("Webhook-signature")));
        assertThat(posted.body())
                .contains("\"type\":\"io.kubemdm.compliance.notified.v1\"")
                .contains("\"policy\":\"base\"");
    }

    private static boolean confined(Stage stage, Tenant tenant, String device) {
        return stage.records(Topic.DESIRED, tenant.name() + "/" + device).stream()
                .reduce((a, b) -> b)
                .map(last -> payload(last.value(), DesiredOrder.class).confines())
                .orElse(false);
    }

    private static @Nullable CommandOrder command(Stage stage, Tenant tenant, CommandType type) {
        return stage.records(Topic.COMMANDS, tenant.name() + "/").stream()
                .map(each -> payload(each.value(), CommandOrder.class))
                .filter(each -> each.type() == type)
                .findFirst()
                .orElse(null);
    }

    private static List<byte @Nullable []> decisions(Stage stage, String key) {
        List<byte @Nullable []> values = new java.util.ArrayList<>();
        stage.records(Topic.DECISIONS, key).forEach(each -> values.add(each.value()));
        return values;
    }

    private static <T> T payload(byte[] jws, Class<T> type) {
        String text = new String(jws, StandardCharsets.US_ASCII);
        return Json.read(Base64.getUrlDecoder().decode(text.split("\\.", -1)[1]), type);
    }

    private static Compliance broken(String... fired) {
        TreeMap<String, Compliance.Broken> rules = new TreeMap<>();
        rules.put(
                "rule-a",
                new Compliance.Broken(ComplianceState.NonCompliant, SINCE, null, "too old", "High", "Reapply", null));
        rules.put(
                "rule-b",
                new Compliance.Broken(ComplianceState.NonCompliant, SINCE, null, null, "Low", "Script", "fix"));
        TreeMap<String, Compliance.Line> lines = new TreeMap<>();
        lines.put(
                "base",
                new Compliance.Line(
                        new PolicyRef("base", "1.0.0", "sha256:" + "a".repeat(64)),
                        false,
                        ComplianceState.NonCompliant,
                        SINCE,
                        null,
                        SINCE,
                        List.of(fired),
                        rules));
        return new Compliance(
                ComplianceState.NonCompliant,
                SINCE,
                null,
                lines,
                false,
                new Compliance.Quarantine("policy base", SINCE),
                new TreeMap<>());
    }
}
