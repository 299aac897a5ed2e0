package io.kubemdm.operator.gate;

import io.kubemdm.crds.rollout.RolloutSpec;
import io.kubemdm.operator.rollout.HoldDecision.Flag;
import io.kubemdm.operator.rollout.HoldDecision.Gates;
import io.kubemdm.operator.rollout.HoldDecision.Holding;

/** From what a flag and windows say of single devices to what that means for the rollout. */
final class Gating {

    private Gating() {}

    /**
     * A flag is off when it is off for every device that the rollout selects, and open as soon as it is on for one. Anything
     * that is not known holds, unless it is on for somebody.
     */
    static Gates gates(RolloutSpec spec, Held held) {
        if (spec.featureFlag() == null) {
            return new Gates(Flag.OPEN, Gates.NONE.message(), holding("", held));
        }
        String key = spec.featureFlag().key();
        if (held.unreachable() > 0 && held.on() == 0) {
            return new Gates(
                    Flag.UNREACHABLE,
                    held.flagMessage(),
                    new Holding("FeatureFlagUnreachable", held.flagMessage(), held.opensAt()));
        }
        if (held.off() > 0 && held.on() == 0) {
            return new Gates(Flag.OFF, "Flag " + key + " is off for every device.", holding(key, held));
        }
        return new Gates(Flag.OPEN, "Flag " + key + " is on for " + held.on() + " devices.", holding(key, held));
    }

    private static Holding holding(String key, Held held) {
        if (held.byWindow() > 0) {
            return new Holding(
                    "WindowShut",
                    held.byWindow() + " devices wait for a maintenance window: " + held.windowMessage() + ".",
                    held.opensAt());
        }
        if (held.byUnknown() > 0) {
            return new Holding(
                    "FeatureFlagUnreachable",
                    "Of " + held.byUnknown() + " devices the flag says nothing: " + held.flagMessage(),
                    null);
        }
        return held.byFlag() == 0
                ? Holding.NONE
                : new Holding("FeatureFlagOff", "Flag " + key + " is not on for " + held.byFlag() + " devices.", null);
    }
}
