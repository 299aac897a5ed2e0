package io.kubemdm.gateway.peer;

import io.kubemdm.gateway.GatewayConfig;
import io.kubemdm.gateway.TrustFiles;
import io.kubemdm.protocol.trust.KeyUse;
import io.kubemdm.protocol.trust.Verifier;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Certificates and keys as mounted, looked at again every minute: what changed is used from the next handshake on, what
 * cannot be read leaves the old in force. Live sessions are not touched by it.
 */
public final class TlsMaterial {

    private static final Logger LOG = LoggerFactory.getLogger(TlsMaterial.class);
    private static final Duration LOOK_AGAIN = Duration.ofMinutes(1);

    private final GatewayConfig.Tls tls;
    private final GatewayConfig.Trust trustFiles;
    private final Clock clock;
    private final ServerIdentity identity;
    private final DeviceTrust trust;
    private volatile Verifier orders;
    private volatile Set<String> seen;

    private TlsMaterial(GatewayConfig.Tls tls, GatewayConfig.Trust trustFiles, Clock clock) {
        this.tls = tls;
        this.trustFiles = trustFiles;
        this.clock = clock;
        this.identity = new ServerIdentity(TrustFiles.text(tls.certificate()), TrustFiles.text(tls.key()));
        this.trust = new DeviceTrust(TrustFiles.certificates(tls.ca()), clock);
        this.orders = TrustFiles.read(trustFiles).verifier(KeyUse.ORDERS, clock.instant());
        this.seen = texts();
    }

    /**
     * Reads the files.
     *
     * @throws IllegalStateException naming the file that cannot be read
     */
    public static TlsMaterial read(GatewayConfig.Tls tls, GatewayConfig.Trust trust, Clock clock) {
        return new TlsMaterial(tls, trust, clock);
    }

    /** The gateway's own certificate. */
    public ServerIdentity identity() {
        return identity;
    }

    /** Whom the handshake believes. */
    public DeviceTrust trust() {
        return trust;
    }

    /** Whose orders are believed. */
    public Verifier orders() {
        return orders;
    }

    /** Looks again every minute from now on. */
    public void watch(Vertx vertx) {
        vertx.setPeriodic(
                LOOK_AGAIN.toMillis(),
                id -> vertx.executeBlocking(() -> {
                    look();
                    return null;
                }));
    }

    /** Looks once. */
    void look() {
        try {
            Set<String> now = texts();
            if (!now.equals(seen)) {
                identity.replace(TrustFiles.text(tls.certificate()), TrustFiles.text(tls.key()));
                trust.replace(TrustFiles.certificates(tls.ca()));
                seen = now;
                LOG.info("certificates replaced file={}", tls.certificate());
            }
            // A signing certificate may begin or end without its file changing.
            orders = TrustFiles.read(trustFiles).verifier(KeyUse.ORDERS, clock.instant());
        } catch (IllegalStateException | IllegalArgumentException e) {
            LOG.warn("mounted certificates cannot be read, the old stay in force: {}", e.getMessage());
        }
    }

    private Set<String> texts() {
        return Stream.of(tls.certificate(), tls.key(), tls.ca())
                .map(TrustFiles::text)
                .collect(Collectors.toSet());
    }
}
