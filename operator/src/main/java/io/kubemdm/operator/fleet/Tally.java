package io.kubemdm.operator.fleet;

/**
 * How many devices of a rollout stand where.
 *
 * @param eligible it selects
 * @param reachable of them are connected
 * @param admitted of them are told to have the bundle
 * @param offline admitted, not connected and without an answer
 * @param holding have the bundle, admitted or not
 */
public record Tally(
        int eligible,
        int reachable,
        int admitted,
        int succeeded,
        int failed,
        int rejected,
        int rolledBack,
        int offline,
        int holding) {

    /** Of no device. */
    public static final Tally NONE = new Tally(0, 0, 0, 0, 0, 0, 0, 0, 0);

    /** Devices that answered. */
    public int answered() {
        return succeeded + failed + rejected + rolledBack;
    }
}
