package io.kubemdm.testbed.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kubemdm.testbed.controlplane.ControlPlane;
import io.kubemdm.testbed.controlplane.Kubectl;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Who asked and who approved is what the API server authenticated. */
@ExtendWith(InstalledExtension.class)
class AdmissionTest {
    private static final String MALLORY = "mallory";

    @Test
    void aClaimOfWhoAskedIsOverwritten(Installed installed) {
        Kubectl kubectl = installed.plane().kubectl();

        create(kubectl, wipe("claimed", "requestedBy: mallory"));
        create(kubectl, approval("claimed", "approvedBy: mallory"));

        assertThat(kubectl.run("get", "wipe", "claimed", "-n", Installed.TENANT, "-o", "jsonpath={.spec.requestedBy}"))
                .isEqualTo("admin");
        assertThat(kubectl.run("get", "wap", "claimed", "-n", Installed.TENANT, "-o", "jsonpath={.spec.approvedBy}"))
                .isEqualTo("admin");
    }

    @Test
    void whoSaysNothingIsRecorded(Installed installed) {
        Kubectl kubectl = installed.plane().kubectl();

        create(kubectl, wipe("silent", ""));

        assertThat(kubectl.run("get", "wipe", "silent", "-n", Installed.TENANT, "-o", "jsonpath={.spec.requestedBy}"))
                .isEqualTo("admin");
    }

    @Test
    void whoMadeAChangeIsRecordedAndStaysUntilSomebodyElseWidensIt(Installed installed) {
        Kubectl kubectl = installed.plane().kubectl();
        create(kubectl, rollout("made", 1, "annotations: {kubemdm.io/requested-by: mallory}"));
        assertThat(requester(kubectl, "made")).isEqualTo("admin");

        List<String> mallory = List.of("apply", "-f", "-", "--as=" + MALLORY, "--as-group=system:masters");
        assertThat(kubectl.tryRun(rollout("made", 1, ""), mallory).err()).doesNotContain("denied");
        assertThat(requester(kubectl, "made")).as("nothing changed").isEqualTo("admin");
        kubectl.run(
                "patch",
                "mro",
                "made",
                "-n",
                Installed.TENANT,
                "--type=merge",
                "--as=" + MALLORY,
                "--as-group=system:masters",
                "-p",
                "{\"spec\":{\"paused\":true}}");
        assertThat(requester(kubectl, "made")).as("paused").isEqualTo("admin");

        Kubectl.Result widened = kubectl.tryRun(rollout("made", 50, ""), mallory);
        assertThat(widened.ok()).as(widened.err()).isTrue();
        assertThat(requester(kubectl, "made")).isEqualTo(MALLORY);
    }

    private static String requester(Kubectl kubectl, String rollout) {
        return kubectl.run(
                "get",
                "mro",
                rollout,
                "-n",
                Installed.TENANT,
                "-o",
                "jsonpath={.metadata.annotations.kubemdm\\.io/requested-by}");
    }

    private static String rollout(String name, int percent, String metadata) {
        return """
                apiVersion: kubemdm.io/v1alpha1
                kind: Rollout
                metadata:
                  name: %s
                  namespace: %s
                  %s
                spec:
                  bundleRef: {name: base}
                  selector: {}
                  steps: [{name: first, percent: %d}, {name: all, percent: 100}]
                """.formatted(name, Installed.TENANT, metadata, percent);
    }

    @Test
    void aRequestEndsWithinNinetyDays(Installed installed) {
        Kubectl kubectl = installed.plane().kubectl();

        create(kubectl, wipe("short", "expiresAt: \"" + Samples.inDays(89) + "\""));
        Kubectl.Result tooLong =
                kubectl.tryRun(wipe("long", "expiresAt: \"" + Samples.inDays(91) + "\""), List.of("create", "-f", "-"));

        assertThat(tooLong.ok()).isFalse();
        assertThat(tooLong.err()).contains("spec.expiresAt is at most 90 days away: choose an earlier time");
    }

    /** Only early: what this lets through in the first moments the operator does not count. */
    @Test
    void whoeverAskedIsToldAtOnceThatTheyCannotApprove(Installed installed) {
        Kubectl kubectl = installed.plane().kubectl();
        create(kubectl, wipe("own", ""));
        String uid = kubectl.run("get", "wipe", "own", "-n", Installed.TENANT, "-o", "jsonpath={.metadata.uid}");
        String own = approval("own", "").replace("01234567-89ab-cdef-0123-456789abcdef", uid);

        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
            Kubectl.Result result = kubectl.tryRun(own, List.of("create", "--dry-run=server", "-f", "-"));
            assertThat(result.err()).contains("whoever asked for a wipe cannot approve it: another person has to");
        });
        Kubectl.Result rejected = kubectl.tryRun(
                own.replace("decision: Approve", "decision: Reject"), List.of("create", "--dry-run=server", "-f", "-"));
        assertThat(rejected.err()).isEmpty();
    }

    /** A cluster older than 1.36 has no policy that writes: then the one that refuses must do alone. */
    @Test
    void withoutMutationAFalseClaimIsRefused(@TempDir Path folder) {
        try (ControlPlane plane = ControlPlane.start(folder)) {
            plane.kubectl().run("create", "namespace", Helm.NAMESPACE);
            plane.kubectl().run("create", "namespace", Installed.TENANT);
            plane.kubectl().apply(Helm.ofThisCheckout().template("--set", "admission.mutating=disabled"));
            assertThat(plane.kubectl().run("get", "mutatingadmissionpolicies", "-o", "name"))
                    .doesNotContain("kubemdm");
            // The policy takes a moment to be known; a claim that is true passes from the first moment on.
            await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
                Kubectl.Result claimed = plane.kubectl()
                        .tryRun(
                                wipe("claimed", "requestedBy: " + MALLORY),
                                List.of("create", "--dry-run=server", "-f", "-"));
                assertThat(claimed.err()).contains("spec.requestedBy must be who you are: set it to admin");
            });
            await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
                Kubectl.Result silent = plane.kubectl()
                        .tryRun(approval("silent", ""), List.of("create", "--dry-run=server", "-f", "-"));
                assertThat(silent.err()).contains("spec.approvedBy must be who you are: set it to admin");
            });

            create(plane.kubectl(), wipe("honest", "requestedBy: admin"));
            create(plane.kubectl(), approval("honest", "approvedBy: admin"));
        }
    }

    private static void create(Kubectl kubectl, String yaml) {
        Kubectl.Result result = kubectl.tryRun(yaml, List.of("create", "-f", "-"));
        assertThat(result.err()).isEmpty();
    }

    private static String wipe(String name, String more) {
        return """
                apiVersion: kubemdm.io/v1alpha1
                kind: WipeRequest
                metadata: {name: %s, namespace: %s}
                spec:
                  deviceRef: {name: d-a}
                  type: Lock
                  reason: Lost
                  %s
                """.formatted(name, Installed.TENANT, more);
    }

    private static String approval(String name, String more) {
        return """
                apiVersion: kubemdm.io/v1alpha1
                kind: WipeApproval
                metadata: {name: %s, namespace: %s}
                spec:
                  wipeRef: {name: x, uid: 01234567-89ab-cdef-0123-456789abcdef}
                  decision: Approve
                  %s
                """.formatted(name, Installed.TENANT, more);
    }
}
