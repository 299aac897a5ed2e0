package io.kubemdm.testbed.region;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubemdm.testbed.region.PartProbe.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AgentProbeTest {

    private static final long DEAD = Integer.MAX_VALUE;

    @TempDir
    Path root;

    private Path state = Path.of("unset");
    private AgentProbe probe = new AgentProbe(state);

    @BeforeEach
    void lay() throws IOException {
        state = Files.createDirectories(root.resolve("var/lib/kubemdm-agent"));
        probe = new AgentProbe(root);
    }

    @Test
    void anAgentThatHasSaidNothingIsNotYetReady() {
        assertThat(probe.ask()).isEqualTo(Verdict.NOT_YET);
    }

    @Test
    void whatADeadPredecessorSaidDoesNotCount() throws IOException {
        say(true, DEAD);
        assertThat(probe.ask()).isEqualTo(Verdict.NOT_YET);
    }

    @Test
    void aConnectedAgentIsReadyAndOneThatLostItsGatewayIsNot() throws IOException {
        say(true, ProcessHandle.current().pid());
        assertThat(probe.ask()).isEqualTo(Verdict.READY);

        say(false, ProcessHandle.current().pid());
        assertThat(probe.ask()).isEqualTo(Verdict.UNREADY);
    }

    @Test
    void aRetiredDeviceHasFinished() throws IOException {
        assertThat(probe.hasFinished()).isFalse();
        Files.writeString(state.resolve("retired.json"), "{}");
        assertThat(probe.hasFinished()).isTrue();
    }

    private void say(boolean connected, long pid) throws IOException {
        Files.writeString(state.resolve("link.json"), "{\"pid\": " + pid + ", \"connected\": " + connected + "}");
    }
}
