package io.kubemdm.cli.rollout;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientTimeoutException;
import io.kubemdm.cli.CliFailure;
import io.kubemdm.cli.ExitCode;
import io.kubemdm.crds.rollout.Rollout;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/** Follows a rollout and shows each state that is another than the last. */
final class RolloutWatch {

    private final KubernetesClient client;

    RolloutWatch(KubernetesClient client) {
        this.client = client;
    }

    /**
     * Follows.
     *
     * @param show is given each state once
     * @return the state in which it ended, or the last one when the time was up
     * @throws CliFailure when it is deleted meanwhile
     */
    RolloutState untilEnded(Rollout rollout, Duration patience, Consumer<RolloutState> show) {
        AtomicReference<RolloutState> shown = new AtomicReference<>(RolloutState.of(rollout));
        show.accept(shown.get());
        try {
            Rollout last = client.resources(Rollout.class)
                    .inNamespace(rollout.getMetadata().getNamespace())
                    .withName(rollout.getMetadata().getName())
                    .waitUntilCondition(
                            now -> now == null || isEnd(now, shown, show), patience.toMillis(), TimeUnit.MILLISECONDS);
            if (last == null) {
                throw new CliFailure(
                        ExitCode.NOT_FOUND,
                        "Rollout " + rollout.getMetadata().getName()
                                + " was deleted; devices keep what they were told to have");
            }
        } catch (KubernetesClientTimeoutException e) {
            // What it was last is the answer.
        }
        return shown.get();
    }

    private static boolean isEnd(Rollout now, AtomicReference<RolloutState> shown, Consumer<RolloutState> show) {
        RolloutState state = RolloutState.of(now);
        if (!state.equals(shown.getAndSet(state))) {
            show.accept(state);
        }
        return state.ended();
    }
}
