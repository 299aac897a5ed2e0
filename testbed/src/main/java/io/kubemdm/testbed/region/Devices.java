package io.kubemdm.testbed.region;

import io.kubemdm.testbed.controlplane.Kubectl;
import io.kubemdm.testbed.controlplane.Kubectl.Result;
import java.util.stream.Collectors;

/** The region's devices as kubectl tells of them. */
record Devices(Kubectl kubectl) {

    private static final String KIND = "devices.kubemdm.io";

    /** A fleet of a thousand would push everything else off the screen. */
    private static final int MAX_ROWS = 21;

    /** How many are online now; 0 when the API server does not answer. */
    long online() {
        Result states = kubectl.tryRun(
                "get", KIND, "-A", "-o", "jsonpath={range .items[*]}{.status.connection.state}{\"\\n\"}{end}");
        return states.ok() ? states.out().lines().filter("Online"::equals).count() : 0;
    }

    /** The table a person sees, of all namespaces. */
    String table() {
        return table("-A");
    }

    /** The table a person sees, of one namespace. */
    String tableOf(String namespace) {
        return table("--namespace=" + namespace);
    }

    private String table(String scope) {
        Result devices = kubectl.tryRun("get", KIND, scope);
        if (!devices.ok()) {
            return "The devices cannot be read: " + devices.err();
        }
        long rows = devices.out().lines().count();
        String shown = devices.out().lines().limit(MAX_ROWS).collect(Collectors.joining("\n", "", "\n"));
        String rest = rows <= MAX_ROWS ? "" : "… and " + (rows - MAX_ROWS) + " more: kubemdm get devices -A\n";
        return (rows == 0 ? "" : shown) + rest + devices.err();
    }
}
