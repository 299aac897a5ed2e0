package io.kubemdm.operator.fleet;

import java.util.Map;

/**
 * What the {@link Turnstile} is asked about a device: while the question is the same, so is the answer, until
 * {@link Fleet#recheck}. So nobody's admission changes unheard.
 */
record Question(
        LiveRollout.Gated gated, boolean reached, String platform, boolean personal, Map<String, String> labels) {

    static Question of(LiveRollout rollout, FleetDevice device, String place) {
        return new Question(
                rollout.gated(),
                rollout.admits(place, device.labels()),
                device.platform(),
                device.ownedPersonally(),
                device.labels());
    }

    Turnstile.Turn turn(boolean admitted) {
        if (!reached) {
            return Turnstile.Turn.NOT_YET;
        }
        return admitted ? Turnstile.Turn.TAKEN : Turnstile.Turn.NOW;
    }
}
