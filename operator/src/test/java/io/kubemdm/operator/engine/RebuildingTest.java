package io.kubemdm.operator.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kubemdm.operator.engine.History.Logged;
import io.kubemdm.protocol.event.DeviceEvent;
import io.kubemdm.protocol.event.EventRecord;
import io.kubemdm.protocol.json.Json;
import io.kubemdm.protocol.json.MalformedJson;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

class RebuildingTest {

    private static final List<History.Logged> LOG = new History()
            .told(List.of(
                    Reports.enrolled(1),
                    Reports.opened(1, 1, "sha256:first-1"),
                    Reports.assigned(1, 1),
                    Reports.closed(1, 1)))
            .log;

    @Test
    void a_log_cut_by_retention_tells_nothing_until_the_next_snapshot() {
        History live = new History().told(List.of(Reports.enrolled(1), Reports.assigned(1, 1)));
        live.conclude(new DeviceEvent.Snapshotted(live.state()));
        live.tell(Reports.opened(1, 1, "sha256:first-1"));

        Rebuilding rebuilt = new Rebuilding(0, EventFormat.CURRENT);
        feed(rebuilt, live.log.get(1));
        assertThat(rebuilt.states()).isEmpty();
        feed(rebuilt, live.log.get(2));
        feed(rebuilt, live.log.get(3));

        assertThat(Scribe.stateBytes(rebuilt.states().get(Reports.DEVICE))).isEqualTo(live.stateBytes());
        assertThat(rebuilt.head().chain()).isEqualTo(live.head.chain());
        assertThat(rebuilt.flaws()).isZero();
    }

    @Test
    void a_missing_record_is_noticed_and_the_rest_is_folded() {
        Rebuilding rebuilt = new Rebuilding(0, EventFormat.CURRENT);
        feed(rebuilt, LOG.get(0));
        feed(rebuilt, LOG.get(2));

        assertThat(rebuilt.flaws()).isEqualTo(2);
        assertThat(rebuilt.states().get(Reports.DEVICE).assigned()).isNotNull();
    }

    @Test
    void an_event_of_an_older_version_is_lifted() {
        // A made-up v0 called the session's cause "why".
        EventFormat format = new EventFormat(Map.of(
                "io.kubemdm.device.disconnected.v0",
                new EventFormat.Upcast("io.kubemdm.device.disconnected.v1", record -> {
                    ObjectNode event = (ObjectNode) record.get("event");
                    event.set("cause", event.remove("why"));
                    return record;
                })));
        String old = new String(LOG.get(3).value(), StandardCharsets.UTF_8)
                .replace("\"cause\":\"PeerGone\"", "\"why\":\"PeerGone\"");

        EventRecord lifted =
                format.read(type("io.kubemdm.device.disconnected.v0"), old.getBytes(StandardCharsets.UTF_8));

        assertThat(lifted).isEqualTo(Json.read(LOG.get(3).value(), EventRecord.class));
    }

    @Test
    void an_event_this_version_does_not_know_is_not_guessed_at() {
        byte[] unknown = new String(LOG.get(3).value(), StandardCharsets.UTF_8)
                .replace("\"kind\":\"disconnected\"", "\"kind\":\"abducted\"")
                .getBytes(StandardCharsets.UTF_8);

        assertThatThrownBy(() -> EventFormat.CURRENT.read(type("io.kubemdm.device.abducted.v1"), unknown))
                .isInstanceOf(MalformedJson.class);
    }

    private static void feed(Rebuilding rebuilding, Logged record) {
        rebuilding.accept(0, record.headers(), record.value());
    }

    private static Headers type(String name) {
        return new RecordHeaders().add(EventFormat.TYPE, name.getBytes(StandardCharsets.UTF_8));
    }
}
