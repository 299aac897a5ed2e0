package io.kubemdm.agent;

import io.kubemdm.agent.link.CloseCause;
import io.kubemdm.agent.store.Documents;
import io.kubemdm.agent.store.Store;
import io.kubemdm.agent.store.StoreFailed;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.message.SessionAccepted;
import java.time.Clock;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes down, at transitions only, what {@code kubemdm-agent status} tells of a running agent. */
final class StatusFile implements AgentObserver {

    static final String NAME = "link.json";

    private static final Logger LOG = LoggerFactory.getLogger(StatusFile.class);

    /**
     * How the agent is connected.
     *
     * @param pid of the agent that wrote it
     * @param gateway the replica, null without a session
     * @param cause why there is none
     */
    record Connection(
            long pid,
            boolean connected,
            @Nullable String gateway,
            @Nullable String cause,
            Instant since) {}

    /** Left behind by a device that is no longer managed. */
    record Retired(DeviceId device, Instant at) {}

    private final Store store;
    private final DeviceId device;
    private final Clock clock;
    private final Runnable ended;
    private final long pid = ProcessHandle.current().pid();
    private boolean connected;
    private @Nullable CloseCause last;
    private volatile boolean retired;

    StatusFile(Store store, DeviceId device, Clock clock, Runnable ended) {
        this.store = store;
        this.device = device;
        this.clock = clock;
        this.ended = ended;
    }

    boolean isRetired() {
        return retired;
    }

    @Override
    public void onAccepted(SessionAccepted accepted) {
        connected = true;
        last = null;
        write(NAME, new Connection(pid, true, accepted.gateway(), null, clock.instant()));
    }

    @Override
    public void onClosed(CloseCause cause) {
        if (connected || cause != last) {
            connected = false;
            last = cause;
            write(NAME, new Connection(pid, false, null, cause.name(), clock.instant()));
        }
    }

    @Override
    public void onRetired() {
        write(RunCommand.RETIRED, new Retired(device, clock.instant()));
        retired = true;
        ended.run();
    }

    private void write(String name, Object value) {
        try {
            Documents.write(store, name, value);
        } catch (StoreFailed e) {
            LOG.warn("status is not written: {}", e.getMessage());
        }
    }
}
