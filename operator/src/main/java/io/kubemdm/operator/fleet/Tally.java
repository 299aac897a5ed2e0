package io.kubemdm.operator.fleet;

/**
 * How many devices of a rollout stand where. {@code admitted} is the sum of all but the first three.
 *
 * @param eligible it selects
 * @param reachable of them are connected
 * @param held in an open step and not admitted yet for a reason of their own
 * @param admitted of them are told to have the bundle, or were when it stopped admitting
 * @param pending connected, without an answer
 * @param offline not connected, without an answer
 * @param settling have it, not yet for long enough
 * @param superseded have, or are told to have, a higher version by another rollout
 * @param returning still have it although the rollout admits nobody any more
 * @param rolledBack do not have it any more
 */
public record Tally(
        int eligible,
        int reachable,
        int held,
        int admitted,
        int pending,
        int offline,
        int settling,
        int succeeded,
        int failed,
        int rejected,
        int timedOut,
        int regressed,
        int superseded,
        int returning,
        int rolledBack) {

    /** Of no device. */
    public static final Tally NONE = new Tally(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
}
