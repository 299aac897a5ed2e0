package io.kubemdm.cli.timeline;

import com.fasterxml.jackson.databind.JsonNode;
import io.kubemdm.protocol.audit.AuditRecord;
import io.kubemdm.protocol.event.DeviceEvent;
import io.kubemdm.protocol.event.EventRecord;
import io.kubemdm.protocol.json.Json;
import io.kubemdm.protocol.json.MalformedJson;
import io.kubemdm.protocol.order.CommandType;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Puts a device's events into words, in order; remembers of each command what it is called. Not for several threads. */
final class EventWords {

    private static final String DEVICE = "device";
    private static final String OPERATOR = "operator";
    private static final String ENGINE = "engine";
    private static final String PEOPLE = "people";

    private final Map<String, String> commands = new HashMap<>();

    private record Words(String what, String who, @Nullable String command) {
        Words(String what, String who) {
            this(what, who, null);
        }
    }

    /**
     * The next event.
     *
     * @throws MalformedJson when it is no event at all; one of a newer version is told by its name
     */
    Moment tell(AuditRecord record) {
        try {
            EventRecord event = Json.read(record.bytes(), EventRecord.class);
            Words words = words(event.event(), event.epoch());
            return new Moment(event.time(), words.what(), words.who(), event.sequence(), words.command());
        } catch (MalformedJson newer) {
            return unknown(Json.read(record.bytes(), JsonNode.class), newer);
        }
    }

    private static Moment unknown(JsonNode tree, MalformedJson cause) {
        JsonNode event = tree.path("event");
        try {
            return new Moment(
                    Instant.parse(tree.path("time").asText()),
                    event.path("kind").asText("an event") + " (this program is older than the event)",
                    ENGINE,
                    tree.path("sequence").asLong(),
                    event.path("id").isTextual() ? event.path("id").asText() : null);
        } catch (java.time.DateTimeException e) {
            throw new MalformedJson("no event: " + cause.getMessage(), e);
        }
    }

    private Words words(DeviceEvent event, long epoch) {
        return switch (event) {
            case DeviceEvent.Enrolled e ->
                new Words("enrolled (life " + epoch + ") with token " + e.token() + ", " + e.ownership(), DEVICE);
            case DeviceEvent.Renewed e -> new Words("renewed its certificate, until " + e.notAfter(), DEVICE);
            case DeviceEvent.Declared e -> new Words("declared, generation " + e.generation(), PEOPLE);
            case DeviceEvent.Assigned e ->
                new Words(
                        "order " + e.desiredSeq() + ": "
                                + (e.policies().isEmpty()
                                        ? "no policy"
                                        : e.policies().stream()
                                                .map(p -> p.policy() + "@" + p.version())
                                                .collect(Collectors.joining(", "))),
                        OPERATOR);
            case DeviceEvent.Connected e ->
                new Words("connected, agent " + e.agentVersion() + " on " + e.osVersion(), "gateway " + e.gateway());
            case DeviceEvent.Disconnected e -> new Words("disconnected: " + e.cause(), "gateway");
            case DeviceEvent.Silenced e -> new Words("silent", ENGINE);
            case DeviceEvent.Resumed e -> new Words("heard again", DEVICE);
            case DeviceEvent.PolicyChanged e ->
                new Words(
                        e.policy().policy() + "@" + e.policy().version() + " " + e.state()
                                + because(e.reason(), e.message()),
                        DEVICE);
            case DeviceEvent.Drifted e -> new Words("drift put back: " + String.join(", ", e.settings()), DEVICE);
            case DeviceEvent.ClockSkewed e -> new Words("its clock is off by " + e.seconds() + " s", ENGINE);
            case DeviceEvent.ComplianceChanged e -> new Words(ComplianceWords.of(e.compliance()), ENGINE);
            case DeviceEvent.ActionFired e ->
                new Words(
                        e.policy().policy() + " demands " + e.action() + " because of " + String.join(", ", e.rules()),
                        ENGINE);
            case DeviceEvent.ActionsCleared e ->
                new Words(e.policy().policy() + " no longer demands " + String.join(", ", e.actions()), ENGINE);
            case DeviceEvent.AnomalyDetected e ->
                new Words(
                        "ANOMALY " + e.fact() + " " + number(e.value()) + ", usual " + number(e.usual()) + " ± "
                                + number(e.spread()),
                        ENGINE);
            case DeviceEvent.Conflicted e -> new Words("IDENTITY CONFLICT: " + e.reason(), ENGINE);
            case DeviceEvent.Snapshotted e -> new Words("whole state written down", ENGINE);
            default -> command(event);
        };
    }

    private Words command(DeviceEvent event) {
        return switch (event) {
            case DeviceEvent.Deprovision e ->
                new Words(
                        "its user is no longer active (" + e.source() + "): WipeRequest " + e.wipeRequest() + ", "
                                + e.type(),
                        OPERATOR);
            case DeviceEvent.Wipe e ->
                new Words("lost (" + e.source() + "): WipeRequest " + e.wipeRequest() + ", " + e.type(), OPERATOR);
            case DeviceEvent.CommandIssued e -> {
                String type = e.type().name();
                boolean again = type.equals(commands.put(e.id(), type));
                yield new Words(
                        (e.type() == CommandType.Remediate ? type + " for " + e.wipeRequest() : type)
                                + (again ? " signed again" : " signed") + " (no. " + e.seq() + ", until " + e.notAfter()
                                + ")",
                        OPERATOR,
                        e.id());
            }
            case DeviceEvent.CommandPushed e ->
                new Words(named(e.id()) + " handed over", "gateway " + e.gateway(), e.id());
            case DeviceEvent.CommandAnswered e ->
                new Words(
                        named(e.id()) + (e.refusal() == null ? " persisted, it acts" : " REFUSED: " + e.refusal()),
                        DEVICE,
                        e.id());
            case DeviceEvent.CommandEnded e ->
                new Words(
                        named(e.id()) + " " + e.outcome() + ", receipt verified"
                                + (e.failedStep() == null ? "" : ", failed at " + e.failedStep())
                                + (e.message() == null ? "" : ", " + e.message())
                                + (e.erased().isEmpty() ? "" : "; gone: " + String.join(", ", e.erased())),
                        DEVICE,
                        e.id());
            case DeviceEvent.CommandRevoked e ->
                new Words(named(e.id()) + " withdrawn: " + e.reason(), OPERATOR, e.id());
            case DeviceEvent.ReceiptRefused e ->
                new Words("RECEIPT REFUSED for " + named(e.id()) + ": " + e.reason(), ENGINE, e.id());
            default -> other(event);
        };
    }

    /** An event nobody has put into words: its name and what it holds. */
    private Words other(DeviceEvent event) {
        JsonNode tree = Json.mapper().valueToTree(event);
        String details = tree.properties().stream()
                .filter(field ->
                        !field.getKey().equals("kind") && !field.getKey().equals("id"))
                .map(field -> field.getKey() + " "
                        + (field.getValue().isValueNode()
                                ? field.getValue().asText()
                                : field.getValue().toString()))
                .collect(Collectors.joining(", "));
        String id = tree.path("id").isTextual() ? tree.path("id").asText() : null;
        String name = tree.path("kind").asText();
        return new Words(
                (id == null ? name : named(id) + " " + name) + (details.isEmpty() ? "" : ": " + details), ENGINE, id);
    }

    private static String number(double value) {
        return BigDecimal.valueOf(value)
                .setScale(1, RoundingMode.HALF_EVEN)
                .stripTrailingZeros()
                .toPlainString();
    }

    private String named(String id) {
        return commands.getOrDefault(id, "command");
    }

    private static String because(@Nullable String reason, @Nullable String message) {
        return (reason == null ? "" : ": " + reason) + (message == null ? "" : ", " + message);
    }
}
