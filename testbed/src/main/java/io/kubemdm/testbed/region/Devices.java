package io.kubemdm.testbed.region;

import io.kubemdm.testbed.controlplane.Kubectl;
import io.kubemdm.testbed.controlplane.Kubectl.Result;

/** The region's devices as kubectl tells of them. */
record Devices(Kubectl kubectl) {

    private static final String KIND = "devices.kubemdm.io";

    /** How many are online now; 0 when the API server does not answer. */
    long online() {
        Result states = kubectl.tryRun(
                "get", KIND, "-A", "-o", "jsonpath={range .items[*]}{.status.connection.state}{\"\\n\"}{end}");
        return states.ok() ? states.out().lines().filter("Online"::equals).count() : 0;
    }

    /** The table a person sees. */
    String table() {
        Result devices = kubectl.tryRun("get", KIND, "-A");
        return devices.ok() ? devices.out() + devices.err() : "The devices cannot be read: " + devices.err();
    }
}
