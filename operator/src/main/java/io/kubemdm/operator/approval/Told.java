package io.kubemdm.operator.approval;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.kubemdm.crds.Condition;
import io.kubemdm.operator.status.Conditions;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What whoever made an approval is told of it, by the condition {@value #COUNTED}, whatever it is about.
 *
 * @param reason a CamelCase constant
 * @param message a sentence with a remedy
 */
public record Told(boolean counted, String reason, String message) {

    private static final String COUNTED = "Counted";

    /** It counts for what it is about. */
    public static Told counts(String about) {
        return new Told(true, COUNTED, "It counts, unless the " + about + " had been decided before.");
    }

    /** It does not. */
    public static Told not(Enum<?> worth, String message) {
        return new Told(false, worth.name(), message);
    }

    /** Nothing says who decided. */
    public static Told approverUnknown(Enum<?> worth) {
        return not(worth, "spec.approvedBy is empty: nothing says who decided.");
    }

    /** A decision of a newer version. */
    public static Told decisionUnknown(Enum<?> worth) {
        return not(worth, "spec.decision is none that this version knows: use Approve or Reject.");
    }

    /** Whether the last word about an approval was that it counts. */
    public static boolean wasCounted(List<Condition> before) {
        return before.stream().anyMatch(each -> each.type().equals(COUNTED) && each.status() == Condition.Status.True);
    }

    /**
     * Whether it is time to say something: always where there is something to look at; of an object that is gone what was
     * said of it stays.
     */
    public static boolean isDue(@Nullable HasMetadata target, List<Condition> before) {
        return target != null || before.isEmpty();
    }

    /** The conditions that say it, over those the approval had. */
    public List<Condition> conditions(HasMetadata approval, List<Condition> before) {
        return new Conditions(before, approval.getMetadata().getGeneration())
                .set(
                        COUNTED,
                        counted,
                        reason,
                        message,
                        Instant.parse(approval.getMetadata().getCreationTimestamp()))
                .list();
    }
}
