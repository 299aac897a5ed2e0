package io.kubemdm.testbed.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kubemdm.testbed.controlplane.Kubectl;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Who writes a rollout does not let its steps go on, and who lets them go on does not write it. */
@ExtendWith(InstalledExtension.class)
class ApprovedStepTest {

    private static final String AUTHOR = "step-author";
    private static final String APPROVER = "step-approver";

    @Test
    void aStepIsApprovedByWhoeverHasTheVerbAndChangedByWhoeverHasNot(Installed installed) {
        Kubectl kubectl = installed.plane().kubectl();
        bind(kubectl, AUTHOR, "kubemdm-admin");
        bind(kubectl, APPROVER, "kubemdm-rollout-approver");
        // A policy takes a moment to be known.
        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> assertThat(
                        as(kubectl, AUTHOR, rollout("approvedStep: all"), "create", "--dry-run=server", "-f", "-")
                                .err())
                .contains("spec.approvedStep is set by whoever may approve rollouts: leave it as it is, or have the"
                        + " ClusterRole kubemdm-rollout-approver bound to you in this namespace"));
        assertThat(as(kubectl, AUTHOR, rollout(""), "create", "-f", "-").err()).isEmpty();

        assertThat(patch(kubectl, AUTHOR, "{\"approvedStep\": \"all\"}")).contains("set by whoever may approve");
        assertThat(patch(kubectl, AUTHOR, "{\"steps\": [{\"name\": \"all\", \"percent\": 100}]}"))
                .contains("with a step of approval Manual are changed by whoever may approve rollouts");
        assertThat(patch(kubectl, AUTHOR, "{\"paused\": true}")).isEmpty();

        assertThat(patch(kubectl, APPROVER, "{\"paused\": false}"))
                .contains("whoever may not update rollouts may patch spec.approvedStep only");
        assertThat(patch(kubectl, APPROVER, "{\"approvedStep\": \"all\", \"deviceTimeout\": \"1h\"}"))
                .contains("may patch spec.approvedStep only");
        assertThat(patch(kubectl, APPROVER, "{\"approvedStep\": \"all\"}")).isEmpty();

        assertThat(patch(kubectl, AUTHOR, "{\"approvedStep\": null}")).contains("set by whoever may approve");
        assertThat(patch(kubectl, AUTHOR, "{\"paused\": false}")).isEmpty();
        assertThat(patch(kubectl, APPROVER, "{\"approvedStep\": null}")).isEmpty();
    }

    private static void bind(Kubectl kubectl, String user, String role) {
        kubectl.run("create", "rolebinding", user, "-n", Installed.TENANT, "--clusterrole=" + role, "--user=" + user);
    }

    private static String patch(Kubectl kubectl, String user, String spec) {
        return as(kubectl, user, "", "patch", "mro", "manual", "--type=merge", "-p", "{\"spec\": " + spec + "}")
                .err();
    }

    private static Kubectl.Result as(Kubectl kubectl, String user, String input, String... words) {
        List<String> all = new ArrayList<>(List.of(words));
        all.addAll(List.of("-n", Installed.TENANT, "--as=" + user));
        return kubectl.tryRun(input, all);
    }

    private static String rollout(String more) {
        return """
                apiVersion: kubemdm.io/v1alpha1
                kind: Rollout
                metadata:
                  name: manual
                spec:
                  bundleRef: {name: base}
                  selector: {}
                  steps: [{name: first, percent: 10}, {name: all, percent: 100, approval: Manual}]
                  %s
                """.formatted(more);
    }
}
