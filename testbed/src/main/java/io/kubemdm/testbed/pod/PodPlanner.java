package io.kubemdm.testbed.pod;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.kubemdm.testbed.pod.PodPlan.Probes;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Turns a rendered Deployment into the processes of its replicas, as scheduler and kubelet would into pods. */
public final class PodPlanner {

    private static final String HOST = "127.0.0.1";
    private static final long DEFAULT_GRACE_SECONDS = 30;

    private final Path pods;
    private final ClusterObjects objects;
    private final Function<String, Path> imageFolder;

    /**
     * A planner.
     *
     * @param pods folder that gets one folder per pod
     * @param objects where ConfigMaps and Secrets are looked up
     * @param imageFolder gives the local folder of an image's program
     */
    public PodPlanner(Path pods, ClusterObjects objects, Function<String, Path> imageFolder) {
        this.pods = pods.toAbsolutePath().normalize();
        this.imageFolder = imageFolder;
        this.objects = objects;
    }

    /** The names of a Deployment's pods: as many as {@code replicas} says, one by default. */
    public static List<String> podNames(Deployment deployment) {
        Integer replicas = deployment.getSpec().getReplicas();
        return Stream.iterate(0, i -> i + 1)
                .limit(replicas == null ? 1 : replicas)
                .map(i -> deployment.getMetadata().getName() + "-" + i)
                .toList();
    }

    /**
     * Plans one replica.
     *
     * @param pod its name
     * @param portOf gives the local port of a named container port; the same one at each call
     * @throws PodRefusal when the Deployment cannot be started; the message names pod and field
     */
    public PodPlan plan(Deployment deployment, String pod, ToIntFunction<String> portOf) {
        String namespace = deployment.getMetadata().getNamespace();
        PodSpec spec = deployment.getSpec().getTemplate().getSpec();
        if (spec.getContainers().size() != 1) {
            throw new PodRefusal(pod, "containers", "the testbed runs exactly one per pod");
        }
        Container container = spec.getContainers().getFirst();
        Path root = pods.resolve(pod).resolve("root");
        MountPaths paths = new MountPaths(
                root,
                container.getVolumeMounts().stream()
                        .map(VolumeMount::getMountPath)
                        .toList(),
                Map.of(Images.FOLDER, imageFolder.apply(container.getImage())));
        SortedMap<String, Integer> ports = ports(pod, container, portOf);

        PodEnvironment environment = new PodEnvironment(pod, namespace, objects, fields(deployment, spec, pod));
        environment.read(container);
        SortedMap<String, String> variables = new TreeMap<>();
        environment.variables().forEach((name, value) -> variables.put(name, paths.localise(value)));
        variables.put("HOSTNAME", pod);
        variables.put("BIND_HOST", HOST);
        // Else the person's own ~/.kube/config would be found where a pod finds nothing.
        variables.putIfAbsent("HOME", root.toString());
        ports.forEach((name, port) -> variables.put(PodPlan.portVariable(name), port.toString()));

        VolumeFiles volumes = new VolumeFiles(pod, namespace, objects);
        volumes.mount(container, spec.getVolumes(), paths);
        List<String> arguments =
                command(container).map(environment::expand).map(paths::localise).toList();
        Long grace = spec.getTerminationGracePeriodSeconds();
        return new PodPlan(
                pod,
                namespace,
                tokenOf(namespace, spec),
                container.getImage(),
                arguments,
                variables,
                volumes.files(),
                volumes.folders(),
                root,
                ports,
                new Probes(container.getStartupProbe(), container.getReadinessProbe(), container.getLivenessProbe()),
                memoryLimit(container),
                grace == null ? DEFAULT_GRACE_SECONDS : grace);
    }

    private static Stream<String> command(Container container) {
        List<String> command = container.getCommand().isEmpty() ? Images.ENTRYPOINT : container.getCommand();
        return Stream.concat(command.stream(), container.getArgs().stream());
    }

    private static SortedMap<String, Integer> ports(String pod, Container container, ToIntFunction<String> portOf) {
        SortedMap<String, Integer> ports = new TreeMap<>();
        for (ContainerPort port : container.getPorts()) {
            if (port.getName() == null) {
                throw new PodRefusal(
                        pod, "ports", port.getContainerPort() + " has no name, so none can be given to it");
            }
            ports.put(port.getName(), portOf.applyAsInt(port.getName()));
        }
        return ports;
    }

    private @Nullable String tokenOf(String namespace, PodSpec spec) {
        String account = account(spec);
        Boolean said = spec.getAutomountServiceAccountToken();
        return (said == null ? objects.automountsToken(namespace, account) : said) ? account : null;
    }

    private static String account(PodSpec spec) {
        return spec.getServiceAccountName() == null ? "default" : spec.getServiceAccountName();
    }

    private static Map<String, String> fields(Deployment deployment, PodSpec spec, String pod) {
        Map<String, String> fields = new HashMap<>();
        fields.put("metadata.name", pod);
        fields.put("metadata.namespace", deployment.getMetadata().getNamespace());
        fields.put("metadata.uid", pod);
        fields.put("status.podIP", HOST);
        fields.put("status.hostIP", HOST);
        fields.put("spec.nodeName", "testbed");
        fields.put("spec.serviceAccountName", account(spec));
        Map<String, String> labels =
                deployment.getSpec().getTemplate().getMetadata().getLabels();
        if (labels != null) {
            labels.forEach((key, value) -> fields.put("metadata.labels['" + key + "']", value));
        }
        return fields;
    }

    private static @Nullable Long memoryLimit(Container container) {
        if (container.getResources() == null) {
            return null;
        }
        Quantity memory = container.getResources().getLimits().get("memory");
        return memory == null ? null : Quantity.getAmountInBytes(memory).longValueExact();
    }
}
