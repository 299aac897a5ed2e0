package io.kubemdm.testbed.region;

import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.kubemdm.testbed.controlplane.Kubectl;
import io.kubemdm.testbed.pod.PodPlanner;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Tells the API server how many replicas of each Deployment are ready, as its own controller would. */
final class DeploymentStatuses {

    private final List<Deployment> deployments;
    private final Map<String, Long> told = new HashMap<>();

    DeploymentStatuses(List<Deployment> deployments) {
        this.deployments = List.copyOf(deployments);
    }

    /** Writes what has changed since the last call; what cannot be written is tried again at the next. */
    void tell(Kubectl kubectl, Predicate<String> isReady) {
        for (Deployment deployment : deployments) {
            String name = deployment.getMetadata().getName();
            List<String> pods = PodPlanner.podNames(deployment);
            long ready = pods.stream().filter(isReady).count();
            if (!Long.valueOf(ready).equals(told.get(name))
                    && kubectl.tryRun(
                                    "patch",
                                    "deployment",
                                    name,
                                    "--namespace",
                                    deployment.getMetadata().getNamespace(),
                                    "--subresource=status",
                                    "--type=merge",
                                    "--patch",
                                    patch(pods.size(), ready))
                            .ok()) {
                told.put(name, ready);
            }
        }
    }

    private static String patch(int replicas, long ready) {
        return "{\"status\": {\"replicas\": " + replicas + ", \"updatedReplicas\": " + replicas
                + ", \"readyReplicas\": " + ready + ", \"availableReplicas\": " + ready
                + ", \"unavailableReplicas\": " + (replicas - ready) + "}}";
    }
}
