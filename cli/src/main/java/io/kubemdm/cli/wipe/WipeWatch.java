package io.kubemdm.cli.wipe;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientTimeoutException;
import io.kubemdm.cli.CliFailure;
import io.kubemdm.cli.ExitCode;
import io.kubemdm.crds.wiperequest.WipePhase;
import io.kubemdm.crds.wiperequest.WipeRequest;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/** Follows a request and tells each phase once, with the local time it was seen. */
final class WipeWatch {

    private final KubernetesClient client;
    private final PrintWriter err;

    WipeWatch(KubernetesClient client, PrintWriter err) {
        this.client = client;
        this.err = err;
    }

    /**
     * Waits.
     *
     * @return the request as it ended
     * @throws CliFailure when it has not ended in time, or is deleted meanwhile
     */
    WipeRequest untilEnded(WipeRequest created, Duration patience) {
        String name = created.getMetadata().getName();
        AtomicReference<String> told = new AtomicReference<>("");
        try {
            WipeRequest last = client.resources(WipeRequest.class)
                    .inNamespace(created.getMetadata().getNamespace())
                    .withName(name)
                    .waitUntilCondition(
                            now -> now == null || tell(now, told), patience.toMillis(), TimeUnit.MILLISECONDS);
            if (last == null) {
                throw new CliFailure(
                        ExitCode.NOT_FOUND,
                        "WipeRequest " + name + " was deleted; that does not call back what was delivered");
            }
            return last;
        } catch (KubernetesClientTimeoutException e) {
            throw new CliFailure(
                    ExitCode.FAILED,
                    "WipeRequest " + name + " is still " + (told.get().isEmpty() ? "Pending" : told.get()) + " after "
                            + patience.toSeconds() + " s; it goes on without you: kubemdm timeline wipe/" + name);
        }
    }

    private boolean tell(WipeRequest request, AtomicReference<String> told) {
        WipePhase phase = WipeResult.phase(request);
        if (phase == null) {
            return false;
        }
        String text = phase.name();
        if (!text.equals(told.getAndSet(text))) {
            String hold = WipeResult.of(request).hold();
            err.println(LocalTime.now(ZoneId.systemDefault()).truncatedTo(ChronoUnit.SECONDS) + "  " + text
                    + (hold == null ? "" : ": " + hold));
            err.flush();
        }
        return phase.terminal();
    }
}
