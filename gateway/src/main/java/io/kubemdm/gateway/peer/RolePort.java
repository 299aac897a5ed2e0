package io.kubemdm.gateway.peer;

import io.kubemdm.gateway.Readiness;
import io.quarkus.runtime.Quarkus;
import io.vertx.core.Future;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A role's port and whether it is ready: it opens once what it answers from has been read. A process that cannot open it ends,
 * so that its platform starts it anew.
 */
public final class RolePort {

    private static final Logger LOG = LoggerFactory.getLogger(RolePort.class);

    private final String role;
    private volatile @Nullable String notReadyBecause;

    /**
     * Not ready yet.
     *
     * @param role as readiness and the log name it, and in upper case the variable {@code PORT_ROLE}
     * @param waitingFor what has to be read first, for people
     */
    public RolePort(String role, String waitingFor, Readiness readiness) {
        this.role = role;
        this.notReadyBecause = waitingFor;
        readiness.require(role, () -> notReadyBecause);
    }

    /**
     * Opens the port.
     *
     * @param read completes once everything has been read
     * @param listen binds it, and completes with the port that it got
     */
    public void openAfter(CompletableFuture<?> read, String host, int port, Supplier<Future<Integer>> listen) {
        var unused = read.thenRun(() -> listen.get()
                        .onSuccess(got -> {
                            notReadyBecause = null;
                            LOG.info("{} open host={} port={}", role, host, got);
                        })
                        .onFailure(failure -> {
                            LOG.error(
                                    "{} cannot listen host={} port={}: is the port taken? set PORT_{}",
                                    role,
                                    host,
                                    port,
                                    role.toUpperCase(Locale.ROOT),
                                    failure);
                            Quarkus.asyncExit(1);
                        }))
                .exceptionally(failure -> {
                    LOG.error("{} cannot be opened", role, failure);
                    Quarkus.asyncExit(1);
                    return null;
                });
    }

    /** Ready no more, for this reason. */
    public void close(String because) {
        notReadyBecause = because;
    }
}
