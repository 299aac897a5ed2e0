package io.kubemdm.testbed.region;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How an agent is, by what it writes into its state folder: ready is connected. */
public final class AgentProbe implements PartProbe {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String STATE = "var/lib/kubemdm-agent";

    private final Path link;
    private final Path retired;
    private boolean wasConnected;

    /** The agent of a device whose file tree begins at {@code root}. */
    public AgentProbe(Path root) {
        this.link = root.resolve(STATE).resolve("link.json");
        this.retired = root.resolve(STATE).resolve("retired.json");
    }

    @Override
    public void forget() {
        wasConnected = false;
    }

    @Override
    public Verdict ask() {
        if (isConnected()) {
            wasConnected = true;
            return Verdict.READY;
        }
        return wasConnected ? Verdict.UNREADY : Verdict.NOT_YET;
    }

    /** A device that has left management is not started again. */
    @Override
    public boolean hasFinished() {
        return Files.exists(retired);
    }

    /** Whether a running agent has a session. */
    public boolean isConnected() {
        try {
            JsonNode said = JSON.readTree(Files.readAllBytes(link));
            return said.path("connected").asBoolean()
                    && ProcessHandle.of(said.path("pid").asLong()).isPresent();
        } catch (IOException e) {
            return false;
        }
    }
}
