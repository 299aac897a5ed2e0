package io.kubemdm.operator.fleet;

import io.kubemdm.crds.LabelSelector;
import io.kubemdm.protocol.bundle.PolicyRef;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** For tests: the rollout {@code acme/roll}, which selects every device and gates none unless said. */
public final class SampleRollout {

    /** A threshold that reaches everybody. */
    public static final String EVERYBODY = "ffffffffffffffff";

    private final PolicyRef bundle;
    private final @Nullable String threshold;
    private LiveRollout.Patience patience = new LiveRollout.Patience(Duration.ofHours(2), Duration.ZERO);
    private LiveRollout.Gated gated = LiveRollout.Gated.NONE;

    /** @param threshold null while nobody is admitted */
    public SampleRollout(PolicyRef bundle, @Nullable String threshold) {
        this.bundle = bundle;
        this.threshold = threshold;
    }

    public SampleRollout patience(Duration answer, Duration success) {
        patience = new LiveRollout.Patience(answer, success);
        return this;
    }

    public SampleRollout gated(LiveRollout.Gated by) {
        gated = by;
        return this;
    }

    public LiveRollout live() {
        return new LiveRollout(
                "acme",
                "roll",
                bundle,
                Set.of(),
                300,
                new LabelSelector(Map.of(), List.of()),
                null,
                threshold,
                List.of(),
                patience,
                null,
                false,
                null,
                gated);
    }
}
