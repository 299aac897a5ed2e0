package io.kubemdm.cli.rollout;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.kubemdm.crds.policybundle.PolicyBundle;
import io.kubemdm.crds.policybundle.PolicyBundleSpec;
import io.kubemdm.crds.rollout.Rollout;
import io.kubemdm.crds.rollout.RolloutPhase;
import io.kubemdm.protocol.bundle.SemanticVersion;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;

/** Switches a rollout off, and tells before what becomes of its devices: what other rollouts of the line grant them. */
final class TakeBack {

    private TakeBack() {}

    /**
     * Another rollout of the line.
     *
     * @param version that it brings
     */
    record Former(String rollout, String version) {}

    /**
     * Switches the rollout off, after it has told what that means and has asked.
     *
     * @param refusal why it is not to be done, null when it is
     * @param question by the rollout's name
     */
    static int run(
            Change change,
            Asking asking,
            CommandSpec spec,
            Function<RolloutState, @Nullable String> refusal,
            UnaryOperator<String> question)
            throws IOException {
        try (KubernetesClient client = change.connect()) {
            Rollout rollout = change.find(client);
            RolloutState state = RolloutState.of(rollout);
            String why = refusal.apply(state);
            if (why != null) {
                throw Change.conflict(state, why);
            }
            PrintWriter err = spec.commandLine().getErr();
            err.println(told(client, rollout));
            asking.ask(err, question.apply(state.name()));
            return change.set(
                    client, rollout, "enabled", false, spec.commandLine().getOut(), "switched off, devices go back");
        }
    }

    /** A sentence that says whom it concerns and what they get. */
    static String told(KubernetesClient client, Rollout rollout) {
        RolloutState state = RolloutState.of(rollout);
        String devices = state.counts().admitted() == 0
                ? "No device has been admitted yet."
                : state.counts().admitted() + " devices were admitted, "
                        + state.counts().succeeded() + " of them have it.";
        try {
            Map<String, PolicyBundleSpec> bundles = new HashMap<>();
            client.resources(PolicyBundle.class)
                    .inNamespace(state.namespace())
                    .list()
                    .getItems()
                    .forEach(each -> bundles.put(each.getMetadata().getName(), each.getSpec()));
            List<Rollout> rollouts = client.resources(Rollout.class)
                    .inNamespace(state.namespace())
                    .list()
                    .getItems();
            return devices + " " + fate(rollout, bundles, rollouts);
        } catch (KubernetesClientException e) {
            if (e.getCode() != 403) {
                throw e;
            }
            return devices + " Each gets back what it would have without this Rollout.";
        }
    }

    /** What the devices get. */
    static String fate(Rollout rollout, Map<String, PolicyBundleSpec> bundles, List<Rollout> rollouts) {
        PolicyBundleSpec own = bundles.get(rollout.getSpec().bundleRef().name());
        if (own == null) {
            return "Its PolicyBundle is gone: each gets back what it would have without this Rollout.";
        }
        Former former = former(rollout, own.policy(), bundles, rollouts);
        if (rollout.getSpec().retire()) {
            return former == null
                    ? "No other Rollout of line " + own.policy()
                            + " is there: each gets back the version it had before."
                    : "Devices get back " + own.policy() + " " + former.version() + " where Rollout " + former.rollout()
                            + " admits them.";
        }
        return former == null
                ? "No other Rollout of line " + own.policy()
                        + " is there: each gets back the version it had before, else loses the line."
                : "Devices go to " + own.policy() + " " + former.version() + " where Rollout " + former.rollout()
                        + " admits them, the others to what they had before.";
    }

    /** Of the line's other rollouts that grant anything, the one with the highest version. */
    private static @Nullable Former former(
            Rollout rollout, String policy, Map<String, PolicyBundleSpec> bundles, List<Rollout> rollouts) {
        return rollouts.stream()
                .filter(each -> !each.getMetadata()
                        .getName()
                        .equals(rollout.getMetadata().getName()))
                .filter(TakeBack::grants)
                .filter(each -> {
                    PolicyBundleSpec bundle =
                            bundles.get(each.getSpec().bundleRef().name());
                    return bundle != null
                            && bundle.policy().equals(policy)
                            && SemanticVersion.isVersion(bundle.version());
                })
                .map(each -> new Former(
                        each.getMetadata().getName(),
                        bundles.get(each.getSpec().bundleRef().name()).version()))
                .max(Comparator.comparing(former -> SemanticVersion.parse(former.version())))
                .orElse(null);
    }

    private static boolean grants(Rollout rollout) {
        RolloutPhase phase = RolloutState.of(rollout).phase();
        return rollout.getSpec().enabled()
                && !rollout.getSpec().retire()
                && phase != RolloutPhase.RolledBack
                && phase != RolloutPhase.RollingBack
                && phase != RolloutPhase.Pending;
    }
}
