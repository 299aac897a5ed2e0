package io.kubemdm.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kubemdm.agent.identity.IdentityStore;
import io.kubemdm.agent.identity.SoftwareKeys;
import io.kubemdm.agent.identity.TestIdentity;
import io.kubemdm.agent.order.Approvers;
import io.kubemdm.agent.store.DiskStore;
import io.kubemdm.protocol.approval.ApproverKeys;
import io.kubemdm.protocol.json.Json;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a person at the device can ask of its agent while none runs. */
class LocalCommandsTest {

    @TempDir
    private Path root;

    private DiskStore store;
    private String device;

    @BeforeEach
    void anEnrolledDevice() {
        store = new DiskStore(root.resolve("var/lib/kubemdm-agent"));
        device = TestIdentity.enrolled(new IdentityStore(store, new SoftwareKeys(store)), new Pki())
                .device()
                .toString();
    }

    private record Ended(int code, String out, String err) {
        JsonNode json() {
            return Json.read(out.getBytes(StandardCharsets.UTF_8), JsonNode.class);
        }
    }

    private Ended say(String... words) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        List<String> all = new ArrayList<>(List.of(words));
        all.add(1, "--root=" + root);
        int code = Main.run(new PrintWriter(out), new PrintWriter(err), all.toArray(String[]::new));
        return new Ended(code, out.toString(), err.toString());
    }

    @Test
    void status_tells_who_it_is_and_that_no_agent_runs() {
        assertThat(say("status").out()).contains(device, "no agent is running", "Policies:     none");

        JsonNode status = say("status", "-o", "json").json();
        assertThat(status.path("device").asText()).isEqualTo(device);
        assertThat(status.path("running").asBoolean(true)).isFalse();
    }

    @Test
    void facts_are_what_a_heartbeat_would_tell_and_name_what_is_not_measured() {
        assertThat(say("facts").out()).contains("os.kernel", "cpu.threads");

        JsonNode facts = say("facts", "-o", "json").json();
        assertThat(facts.at("/memory/totalBytes").asLong()).isPositive();
        assertThat(facts.path("unmeasured").path("password.minLength").asText()).isNotBlank();
    }

    @Test
    void approvers_are_taken_away_only_by_somebody_who_may_write_the_agents_store_and_says_so() throws Exception {
        new Approvers(store).found(new ApproverKeys(1, 1, List.of(new SshPeople(root).key("ann"))));
        assertThat(say("approvers", "show").out()).contains("Version 1, 1 of 1");

        assertThat(say("approvers", "reset").code()).isEqualTo(ExitCode.USAGE.number());
        assertThat(new Approvers(store).keys()).isNotNull();

        assertThat(say("approvers", "reset", "--yes").out()).contains("This device has no approvers");
        assertThat(new Approvers(store).keys()).isNull();
    }
}
