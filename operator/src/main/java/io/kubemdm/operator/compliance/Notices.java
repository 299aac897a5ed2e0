package io.kubemdm.operator.compliance;

import io.cloudevents.core.builder.CloudEventBuilder;
import io.cloudevents.jackson.JsonCloudEventData;
import io.cloudevents.jackson.JsonFormat;
import io.kubemdm.crds.device.Device;
import io.kubemdm.operator.compliance.ActionDecision.Fired;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.json.Json;
import io.kubemdm.protocol.state.Compliance;
import io.kubemdm.protocol.state.ComplianceState;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Puts a fired {@code Notify} into a CloudEvent for programs and a sentence for people. Nothing in it is secret. */
final class Notices {

    /** The CloudEvents type. */
    static final String TYPE = "io.kubemdm.compliance.notified.v1";

    /** Rules that are told one by one; a message stays well below what receivers take. */
    private static final int MAX_RULES = 16;

    /** Characters of a note of a Kubernetes Event. */
    private static final int MAX_NOTE = 1024;

    private static final JsonFormat FORMAT = new JsonFormat();

    private Notices() {}

    /** The event's data. */
    private record Data(
            String namespace,
            String device,
            long epoch,
            String policy,
            String version,
            String digest,
            ComplianceState state,
            @Nullable Instant nonCompliantSince,
            int rulesNotKept,
            List<Rule> rules) {}

    private record Rule(
            String name,
            ComplianceState state,
            String severity,
            Instant since,
            @Nullable String reason) {}

    static NoticeDecision of(DeviceId device, long epoch, Device object, Fired fired, Instant now) {
        Compliance.Line line = fired.line();
        Data data = new Data(
                device.namespace(),
                device.name(),
                epoch,
                fired.policy(),
                line.ref().version(),
                line.ref().digest(),
                line.state(),
                line.nonCompliantSince(),
                line.rules().size(),
                line.rules().entrySet().stream()
                        .limit(MAX_RULES)
                        .map(Notices::rule)
                        .toList());
        byte[] event = FORMAT.serialize(CloudEventBuilder.v1()
                .withId(device.name() + "-" + fired.mark())
                .withSource(URI.create("/operator"))
                .withType(TYPE)
                .withSubject(device.toString())
                .withTime(now.atOffset(ZoneOffset.UTC))
                .withData(
                        "application/json",
                        JsonCloudEventData.wrap(Json.mapper().valueToTree(data)))
                .build());
        return new NoticeDecision(
                device.name(),
                Objects.requireNonNullElse(object.getMetadata().getUid(), ""),
                now,
                note(fired),
                new String(event, StandardCharsets.UTF_8));
    }

    private static Rule rule(Map.Entry<String, Compliance.Broken> rule) {
        Compliance.Broken broken = rule.getValue();
        return new Rule(rule.getKey(), broken.state(), broken.severity(), broken.since(), broken.reason());
    }

    private static String note(Fired fired) {
        Compliance.Line line = fired.line();
        String rules = line.rules().entrySet().stream()
                .filter(rule -> rule.getValue().state() == ComplianceState.NonCompliant)
                .limit(MAX_RULES)
                .map(rule -> rule.getKey()
                        + (rule.getValue().reason() == null
                                ? ""
                                : " (" + rule.getValue().reason() + ")"))
                .collect(Collectors.joining(", "));
        String note = "Policy " + fired.policy() + "@" + line.ref().version() + " is not complied with since "
                + line.nonCompliantSince() + (rules.isEmpty() ? "" : ": " + rules);
        return note.length() <= MAX_NOTE ? note : note.substring(0, MAX_NOTE);
    }
}
