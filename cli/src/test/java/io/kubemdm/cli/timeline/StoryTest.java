package io.kubemdm.cli.timeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.kubemdm.cli.terminal.Table;
import io.kubemdm.crds.wipeapproval.WipeApproval;
import io.kubemdm.crds.wiperequest.WipeRequest;
import io.kubemdm.protocol.audit.AuditRecord;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.event.DeviceEvent;
import io.kubemdm.protocol.event.EventRecord;
import io.kubemdm.protocol.json.Json;
import io.kubemdm.protocol.json.MalformedJson;
import io.kubemdm.protocol.message.MessageId;
import io.kubemdm.protocol.state.DeviceState;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine.Help.Ansi;

/** A recorded device in words. */
class StoryTest {

    private static final DeviceId DEVICE = DeviceId.parse("acme/d-1");

    private static final WipeRequest REQUEST = Serialization.unmarshal("""
            apiVersion: kubemdm.io/v1alpha1
            kind: WipeRequest
            metadata: {name: lost, namespace: acme, uid: uid-1, creationTimestamp: "2026-03-01T08:04:00Z"}
            spec: {deviceRef: {name: d-1}, type: SelectiveWipe, reason: Lost, ticket: OPS-7, requestedBy: ann}
            """, WipeRequest.class);

    private static final WipeApproval APPROVAL = Serialization.unmarshal("""
            apiVersion: kubemdm.io/v1alpha1
            kind: WipeApproval
            metadata: {name: yes, namespace: acme, creationTimestamp: "2026-03-01T08:04:30Z"}
            spec: {wipeRef: {name: lost, uid: uid-1}, decision: Approve, approvedBy: bob, comment: seen it}
            """, WipeApproval.class);

    @Test
    void theStoryNamesWhatHappenedAndWho() throws IOException {
        assertThat(story())
                .extracting(Moment::who, Moment::what)
                .usingRecursiveFieldByFieldElementComparator()
                .extracting(Object::toString)
                .containsExactly(
                        "(\"device\", \"enrolled (life 1) with token laptops, Corporate\")",
                        "(\"gateway gateway-0\", \"connected, agent 0.1.0 on Debian 12\")",
                        "(\"ann\", \"SelectiveWipe asked for: Lost [OPS-7] (lost)\")",
                        "(\"bob\", \"SelectiveWipe approved: seen it\")",
                        "(\"operator\", \"SelectiveWipe signed (no. 1, until 2026-03-31T08:05:00Z)\")",
                        "(\"gateway gateway-0\", \"SelectiveWipe handed over\")",
                        "(\"device\", \"SelectiveWipe persisted, it acts\")",
                        "(\"device\", \"SelectiveWipe Completed, receipt verified; gone: /srv/company\")",
                        "(\"engine\", \"abducted (this program is older than the event)\")");
    }

    @Test
    void itFitsHundredColumns() throws IOException {
        StringWriter text = new StringWriter();
        TimelineCommand.tell(new PrintWriter(text, true), story(), Ansi.OFF, false);

        assertThat(text.toString().lines()).hasSize(10).allSatisfy(line -> assertThat(line)
                .hasSizeLessThanOrEqualTo(Table.WIDTH));
    }

    @Test
    void approvalsOfAnotherRequestOfThatNameAreNotTold() {
        WipeApproval other = Serialization.clone(APPROVAL);
        other.setSpec(other.getSpec()
                .withWipeRef(new io.kubemdm.crds.wipeapproval.WipeApprovalSpec.WipeRef("lost", "uid-2")));

        assertThat(PeopleWords.tell(List.of(REQUEST), List.of(other))).hasSize(1);
    }

    @Test
    void whatIsNoEventIsRefused() {
        assertThatThrownBy(() -> new EventWords().tell(record("{\"event\":{\"kind\":\"x\"}}")))
                .isInstanceOf(MalformedJson.class);
    }

    /** What nobody has put into words is told by the engine under its kind, which is what this looks for. */
    @ParameterizedTest
    @MethodSource("kinds")
    void everyEventHasWords(Class<?> type) throws ReflectiveOperationException {
        DeviceEvent event = (DeviceEvent) example(type);
        String kind = Json.mapper().valueToTree(event).get("kind").asText();
        EventRecord written = new EventRecord(DEVICE, 1, 1, Instant.EPOCH, MessageId.NONE, "", null, event);

        Moment told = new EventWords().tell(record(new String(Json.write(written), StandardCharsets.UTF_8)));

        assertThat(told.who() + " " + told.what()).doesNotContain("engine " + kind, "engine command " + kind);
    }

    static Stream<Class<?>> kinds() {
        return Stream.of(DeviceEvent.class.getPermittedSubclasses());
    }

    private static Object example(Class<?> type) throws ReflectiveOperationException {
        RecordComponent[] parts = type.getRecordComponents();
        Class<?>[] types = new Class<?>[parts.length];
        Object[] values = new Object[parts.length];
        for (int i = 0; i < parts.length; i++) {
            types[i] = parts[i].getType();
            values[i] = value(types[i]);
        }
        var constructor = type.getDeclaredConstructor(types);
        constructor.setAccessible(true);
        return constructor.newInstance(values);
    }

    private static Object value(Class<?> type) throws ReflectiveOperationException {
        if (type == long.class || type == int.class) {
            return 1;
        }
        if (type == double.class) {
            return 1.25;
        }
        if (type == boolean.class) {
            return true;
        }
        if (type.isEnum()) {
            return type.getEnumConstants()[0];
        }
        Object known = Map.<Class<?>, Object>of(
                        String.class,
                        "x",
                        Instant.class,
                        Instant.EPOCH,
                        List.class,
                        List.of(),
                        Map.class,
                        Map.of(),
                        SortedMap.class,
                        Collections.emptySortedMap(),
                        JsonNode.class,
                        NullNode.getInstance(),
                        DeviceId.class,
                        DEVICE)
                .get(type);
        return known != null || type == DeviceState.class ? known : example(type);
    }

    private static List<Moment> story() throws IOException {
        EventWords words = new EventWords();
        List<Moment> story = new ArrayList<>(
                PeopleWords.tell(List.of(REQUEST), List.of(APPROVAL)).toList());
        try (var in = Objects.requireNonNull(StoryTest.class.getResourceAsStream("/timeline/wiped-device.jsonl"))) {
            new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .forEach(line -> story.add(words.tell(record(line))));
        }
        story.sort(Comparator.comparing(Moment::at));
        return story;
    }

    private static AuditRecord record(String value) {
        return new AuditRecord(0, 0, Instant.EPOCH, "acme/d-1", Map.of(), value);
    }
}
