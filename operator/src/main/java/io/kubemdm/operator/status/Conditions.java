package io.kubemdm.operator.status;

import io.kubemdm.crds.Condition;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The conditions of one status, newly built over the former ones: {@code lastTransitionTime} moves only with the status
 * value. When the former ones are lost, it is the time of the fact, so that the same conditions come back.
 */
public final class Conditions {

    private static final int MAX_MESSAGE = 512;

    private final List<Condition> before;
    private final @Nullable Long generation;
    private final List<Condition> now = new ArrayList<>();

    /** Conditions for an object of {@code generation}, over those it had. */
    public Conditions(List<Condition> before, @Nullable Long generation) {
        this.before = List.copyOf(before);
        this.generation = generation;
    }

    /** Sets one condition; {@code since} is when the fact behind it came about. */
    public Conditions set(String type, Condition.Status status, String reason, String message, Instant since) {
        String transition = before.stream()
                .filter(c -> c.type().equals(type) && c.status() == status)
                .map(Condition::lastTransitionTime)
                .findFirst()
                .orElseGet(() -> time(since));
        now.add(new Condition(type, status, generation, transition, reason, cut(message)));
        return this;
    }

    /** {@link #set} by truth. */
    public Conditions set(String type, boolean holds, String reason, String message, Instant since) {
        return set(type, holds ? Condition.Status.True : Condition.Status.False, reason, message, since);
    }

    /** What was set, in the order it was set. */
    public List<Condition> list() {
        return List.copyOf(now);
    }

    /** A time as statuses show it: whole seconds. */
    public static String time(Instant at) {
        return at.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    private static String cut(String message) {
        return message.length() <= MAX_MESSAGE ? message : message.substring(0, MAX_MESSAGE - 1) + "…";
    }
}
