package io.kubemdm.operator.gate;

import io.kubemdm.protocol.bundle.PolicyRef;
import io.kubemdm.protocol.bundle.SemanticVersion;
import java.util.List;

/**
 * Whether what a rollout grants a device reaches it now.
 *
 * @param flag what the rollout's feature flag says of the device
 * @param zone the time zone by which its windows open, empty when no window holds it
 */
public record PassageDecision(Way way, Flag flag, String zone) {

    /** What follows for the device. */
    public enum Way {
        /** It gets what it is granted. */
        FREE,
        /** The flag is off for it: it does not get it, and gives back what it has of it. */
        FLAG_OFF,
        /** Nobody knows what the flag says: it does not get it, and keeps what it has. */
        FLAG_UNREACHABLE,
        /** No window is open: it gets it when one opens. */
        WINDOW_SHUT
    }

    /** What a feature flag says of a device. */
    public enum Flag {
        NONE,
        ON,
        OFF,
        UNREACHABLE
    }

    /** Nothing stands in the way. */
    public static final PassageDecision FREE = new PassageDecision(Way.FREE, Flag.NONE, "");

    /**
     * Decides.
     *
     * @param has whether the device was let in before: an unreachable flag takes nothing back, and a window delays only
     *     the first admission
     */
    public static PassageDecision decide(Flag flag, boolean windowOpen, String zone, boolean has) {
        if (flag == Flag.OFF) {
            return new PassageDecision(Way.FLAG_OFF, flag, "");
        }
        if (has) {
            return new PassageDecision(Way.FREE, flag, "");
        }
        if (flag == Flag.UNREACHABLE) {
            return new PassageDecision(Way.FLAG_UNREACHABLE, flag, "");
        }
        return windowOpen ? new PassageDecision(Way.FREE, flag, "") : new PassageDecision(Way.WINDOW_SHUT, flag, zone);
    }

    /**
     * Whether a device was let in before: its last order has the bundle, or a later version of its line, from which it may
     * come back to this one at any time.
     *
     * @param ordered the last order's bundles
     * @param retire whether the rollout removes the line
     */
    public static boolean has(List<PolicyRef> ordered, PolicyRef bundle, boolean retire) {
        boolean none = true;
        for (PolicyRef ref : ordered) {
            if (ref.policy().equals(bundle.policy())) {
                none = false;
                if (!retire
                        && SemanticVersion.parse(ref.version()).compareTo(SemanticVersion.parse(bundle.version()))
                                >= 0) {
                    return true;
                }
            }
        }
        return retire && none;
    }

    boolean free() {
        return way == Way.FREE;
    }
}
