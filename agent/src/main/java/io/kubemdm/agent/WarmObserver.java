package io.kubemdm.agent;

import io.kubemdm.agent.store.Store;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.message.AgentReport;
import io.kubemdm.protocol.message.Heartbeat;
import io.kubemdm.protocol.message.MessageId;
import io.kubemdm.protocol.message.SessionAccepted;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Waits for the first heartbeat, and keeps the status file meanwhile as a running agent does. */
final class WarmObserver implements AgentObserver {

    private final StatusFile status;
    private final CountDownLatch heartbeat = new CountDownLatch(1);

    WarmObserver(Store store, DeviceId device) {
        this.status = new StatusFile(store, device, Clock.systemUTC(), () -> {});
    }

    /**
     * Waits for it.
     *
     * @throws IllegalStateException when none came; the archive would lack what connecting needs
     */
    void awaitHeartbeat(Duration limit) throws InterruptedException {
        if (!heartbeat.await(limit.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new IllegalStateException("no session within " + limit);
        }
    }

    @Override
    public void onAccepted(SessionAccepted accepted) {
        status.onAccepted(accepted);
    }

    @Override
    public void onReported(AgentReport report, MessageId id) {
        if (report instanceof Heartbeat) {
            heartbeat.countDown();
        }
    }
}
