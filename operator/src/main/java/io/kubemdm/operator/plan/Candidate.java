package io.kubemdm.operator.plan;

import io.kubemdm.operator.device.GrantForecast;
import io.kubemdm.operator.fleet.FleetDevice;
import io.kubemdm.operator.fleet.LiveRollout;
import io.kubemdm.operator.gate.PassageDecision;
import io.kubemdm.operator.rollout.RolloutForecast.Opened;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A device that the rollout is for.
 *
 * @param place in the rollout's order
 * @param step index of the step that reaches it, the number of steps when none does
 * @param admitted whether it is admitted already
 * @param winner the rollout that keeps it from this one's bundle in the end, null when none does
 * @param passage what flag and windows say of it now
 * @param windowOpen whether a window is open for it now
 */
record Candidate(
        FleetDevice device,
        String place,
        int step,
        boolean admitted,
        @Nullable LiveRollout winner,
        PassageDecision passage,
        boolean windowOpen) {

    /**
     * Every device that a rollout would reach or has reached, in its order.
     *
     * @param begun the rollout as it stands, null when it has not begun
     * @param others the other live rollouts of the line
     */
    static List<Candidate> of(
            List<Opened> steps, @Nullable LiveRollout begun, List<LiveRollout> others, Situation situation) {
        LiveRollout end = steps.getLast().live();
        List<Candidate> candidates = new ArrayList<>();
        situation
                .fleet()
                .devices()
                .filter(device -> device.addressable() && end.selects(device.platform(), device.labels()))
                .forEach(device -> {
                    String place = GateOutlook.place(end, device);
                    int step = 0;
                    while (step < steps.size() && !steps.get(step).live().admits(place, device.labels())) {
                        step++;
                    }
                    PassageDecision passage = situation.gates().turnstile().passage(end, device);
                    candidates.add(new Candidate(
                            device,
                            place,
                            step,
                            begun != null
                                    && begun.admits(place, device.labels())
                                    && passage.way() == PassageDecision.Way.FREE,
                            winner(end, others, device, situation),
                            passage,
                            situation.gates().turnstile().isOpen(end, device)));
                });
        candidates.sort(Comparator.comparing(Candidate::place));
        return candidates;
    }

    private static @Nullable LiveRollout winner(
            LiveRollout end, List<LiveRollout> others, FleetDevice device, Situation situation) {
        LiveRollout winner = GrantForecast.winner(
                end.bundle().policy(),
                Stream.concat(Stream.of(end), others.stream().filter(other -> situation
                                .gates()
                                .grants(other, device)))
                        .toList());
        return winner == null || winner.bundle().equals(end.bundle()) ? null : winner;
    }

    boolean online() {
        return device.known() != null && device.known().online();
    }

    String name() {
        return device.id().name();
    }

    boolean flagOff() {
        return passage.way() == PassageDecision.Way.FLAG_OFF;
    }

    boolean flagUnreachable() {
        return passage.way() == PassageDecision.Way.FLAG_UNREACHABLE;
    }

    /** Whether it has the bundle in the end, as far as can be told. */
    boolean gets() {
        return winner == null && !flagOff();
    }

    /** Names of the first so many. */
    static List<String> names(List<Candidate> candidates, int most) {
        return candidates.stream().limit(most).map(Candidate::name).toList();
    }
}
