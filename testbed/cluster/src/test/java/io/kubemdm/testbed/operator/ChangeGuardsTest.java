package io.kubemdm.testbed.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.nimbusds.jose.JWSObject;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.kubemdm.bus.Topic;
import io.kubemdm.crds.Api;
import io.kubemdm.crds.Condition;
import io.kubemdm.crds.Decision;
import io.kubemdm.crds.LabelSelector;
import io.kubemdm.crds.ObjectRef;
import io.kubemdm.crds.changeapproval.ChangeApproval;
import io.kubemdm.crds.changeapproval.ChangeApprovalSpec;
import io.kubemdm.crds.changeapproval.ChangeApprovalSpecBuilder;
import io.kubemdm.crds.changeapproval.TargetKind;
import io.kubemdm.crds.policybundle.ManagedFile;
import io.kubemdm.crds.policybundle.PolicyBundle;
import io.kubemdm.crds.policybundle.PolicyBundleSpecBuilder;
import io.kubemdm.crds.policybundle.SettingsBuilder;
import io.kubemdm.crds.rollout.Rollout;
import io.kubemdm.crds.rollout.RolloutPhase;
import io.kubemdm.crds.rollout.RolloutSpecBuilder;
import io.kubemdm.crds.rollout.StepBuilder;
import io.kubemdm.operator.approval.ApprovalSettings;
import io.kubemdm.protocol.approval.ApproverKeys;
import io.kubemdm.protocol.json.Json;
import io.kubemdm.protocol.order.DesiredOrder;
import io.kubemdm.testbed.cli.CommandRun;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What stands between a change and the fleet: another person, for this content, for this generation. */
@ExtendWith(StageExtension.class)
class ChangeGuardsTest {

    private static ConditionFactory soon() {
        return await().atMost(Duration.ofSeconds(30));
    }

    @Test
    void filesWaitForAnotherPersonAndAWideFirstStepForOneMore(Stage stage, @TempDir Path dir) throws Exception {
        stage.stop();
        stage.ask(ApprovalSettings.DEFAULT);
        stage.lead();
        try {
            Tenant tenant = new Tenant(stage, "change");
            tenant.enrol(12);
            approve(stage, tenant, "too-early", "00000000-0000-0000-0000-000000000000", "somebody");
            soon().until(() -> counted(tenant, "too-early").equals("TargetUnknown"));
            PolicyBundle bundle = new PolicyBundle();
            bundle.setMetadata(by(tenant.meta("motd")));
            bundle.setSpec(PolicyBundleSpecBuilder.builder()
                    .policy("motd")
                    .version("1.0.0")
                    .settings(SettingsBuilder.builder()
                            .files(List.of(new ManagedFile("/etc/motd.d/corp", null, "hello")))
                            .build())
                    .build());
            stage.client().resource(bundle).create();
            soon().until(() -> approved(tenant).equals("AwaitingApproval"));
            soon().until(() -> counted(tenant, "too-early").equals("OtherTarget"));
            requesterApproves(stage, tenant);
            soon().until(() -> counted(tenant, "motd-" + Tenant.REQUESTER).equals("RequesterApproves"));
            assertThat(approved(tenant)).isEqualTo("AwaitingApproval");
            String approver = key(dir.resolve("approver"));
            kubemdm(stage, tenant, "approve", "bundle", "motd", "--yes", "--sign", approver, "--percent", "40");
            soon().until(() -> approved(tenant).equals("Approved"));

            Rollout rollout = new Rollout();
            rollout.setMetadata(by(tenant.meta("motd")));
            rollout.setSpec(RolloutSpecBuilder.builder()
                    .bundleRef(new ObjectRef("motd"))
                    .selector(new LabelSelector(Map.of(), List.of()))
                    .steps(List.of(
                            StepBuilder.builder().name("all").percent(100).build()))
                    .build());
            stage.client().resource(rollout).create();
            soon().until(() -> phase(tenant) == RolloutPhase.AwaitingApproval);
            assertThat(tenant.get(Rollout.class, "motd")
                            .getStatus()
                            .conditions()
                            .toString())
                    .contains("12 devices, more than 10", "kubemdm approve rollout motd");
            assertThat(stage.records(Topic.DESIRED, tenant.name() + "/")).isEmpty();

            kubemdm(stage, tenant, "approve", "rollout", "motd", "--yes");
            soon().until(() -> stage.records(Topic.DESIRED, tenant.name() + "/").size() == 12);
            assertThat(agreed(
                            stage.records(Topic.DESIRED, tenant.name() + "/")
                                    .getFirst()
                                    .value(),
                            approver,
                            tenant))
                    .as("what the approver signed is for the devices to judge")
                    .isEqualTo(40);
        } finally {
            stage.stop();
            stage.ask(ApprovalSettings.NONE);
            stage.lead();
        }
    }

    private static ObjectMeta by(ObjectMeta meta) {
        meta.setAnnotations(Map.of(Api.REQUESTED_BY, Tenant.REQUESTER));
        return meta;
    }

    /** Whoever made it may say so, and it counts for nothing; without the chart's admission anybody can claim to be anybody. */
    private static void requesterApproves(Stage stage, Tenant tenant) {
        String uid = tenant.get(PolicyBundle.class, "motd").getMetadata().getUid();
        approve(stage, tenant, "motd-" + Tenant.REQUESTER, uid, Tenant.REQUESTER);
    }

    private static void approve(Stage stage, Tenant tenant, String name, String uid, String person) {
        ChangeApproval said = new ChangeApproval();
        said.setMetadata(tenant.meta(name));
        said.setSpec(ChangeApprovalSpecBuilder.builder()
                .targetRef(new ChangeApprovalSpec.TargetRef(TargetKind.PolicyBundle, "motd", uid, null))
                .approvedBy(person)
                .decision(Decision.Approve)
                .build());
        stage.client().resource(said).create();
    }

    private static void kubemdm(Stage stage, Tenant tenant, String... words) {
        List<String> line = new ArrayList<>(List.of(words));
        line.addAll(List.of(
                "-n", tenant.name(), "--kubeconfig", stage.plane().kubeconfig().toString()));
        CommandRun run = CommandRun.of(line.toArray(String[]::new));
        assertThat(run.exitCode()).as(run.err()).isZero();
    }

    private static String key(Path file) throws Exception {
        Process made = new ProcessBuilder("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", file.toString())
                .inheritIO()
                .start();
        assertThat(made.waitFor()).isZero();
        return file.toString();
    }

    /** Up to which share a device with this one approver would take the bundle of an order. */
    private static int agreed(byte[] jws, String approver, Tenant tenant) throws Exception {
        DesiredOrder order = Json.read(
                JWSObject.parse(new String(jws, StandardCharsets.US_ASCII))
                        .getPayload()
                        .toBytes(),
                DesiredOrder.class);
        return ApproverKeys.first(Files.readString(Path.of(approver + ".pub")), 1)
                .agreedPercent(tenant.name(), order.proofs().getFirst());
    }

    private static String approved(Tenant tenant) {
        PolicyBundle bundle = tenant.get(PolicyBundle.class, "motd");
        return bundle.getStatus() == null ? "" : reason(bundle.getStatus().conditions(), "Approved");
    }

    private static String counted(Tenant tenant, String approval) {
        ChangeApproval said = tenant.get(ChangeApproval.class, approval);
        return said.getStatus() == null ? "" : reason(said.getStatus().conditions(), "Counted");
    }

    private static @Nullable RolloutPhase phase(Tenant tenant) {
        Rollout rollout = tenant.get(Rollout.class, "motd");
        return rollout.getStatus() == null ? null : rollout.getStatus().phase();
    }

    private static String reason(List<Condition> conditions, String type) {
        return conditions.stream()
                .filter(condition -> condition.type().equals(type))
                .map(Condition::reason)
                .findFirst()
                .orElse("");
    }
}
