package io.kubemdm.agent;

import io.kubemdm.agent.link.CloseCause;
import io.kubemdm.agent.link.LinkListener;
import io.kubemdm.agent.link.ServerTime;
import io.kubemdm.protocol.message.BundleDelivered;
import io.kubemdm.protocol.message.Hello;
import io.kubemdm.protocol.message.MessageId;
import io.kubemdm.protocol.message.MessageRefused;
import io.kubemdm.protocol.message.OrderIssued;
import io.kubemdm.protocol.message.SessionAccepted;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Greets, and otherwise only waits for the session. */
final class WarmListener implements LinkListener {

    private final String osVersion;
    private final CountDownLatch session = new CountDownLatch(1);

    WarmListener(String osVersion) {
        this.osVersion = osVersion;
    }

    /**
     * Waits for a session.
     *
     * @throws IllegalStateException when none came; the archive would lack what connecting needs
     */
    void awaitSession(Duration limit) throws InterruptedException {
        if (!session.await(limit.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new IllegalStateException("no session within " + limit);
        }
    }

    @Override
    public Hello greet(long boot, long session) {
        return new Hello("warm", osVersion, "Linux", boot, session, 0, 0, Instant.EPOCH);
    }

    @Override
    public void accepted(SessionAccepted accepted, ServerTime serverTime) {
        session.countDown();
    }

    @Override
    public void ordered(OrderIssued order) {}

    @Override
    public void delivered(BundleDelivered bundle) {}

    @Override
    public void refused(MessageRefused refused) {}

    @Override
    public void acknowledged(MessageId upTo) {}

    @Override
    public void closed(CloseCause cause) {}
}
