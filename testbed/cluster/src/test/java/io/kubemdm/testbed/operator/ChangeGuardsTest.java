package io.kubemdm.testbed.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.HasMetadata;
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
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What stands between a change and the fleet: another person, for this content, for this generation. */
@ExtendWith(StageExtension.class)
class ChangeGuardsTest {

    private static ConditionFactory soon() {
        return await().atMost(Duration.ofSeconds(30));
    }

    @Test
    void filesWaitForAnotherPersonAndAWideFirstStepForOneMore(Stage stage) {
        stage.stop();
        stage.ask(ApprovalSettings.DEFAULT);
        stage.lead();
        try {
            Tenant tenant = new Tenant(stage, "change");
            tenant.enrol(12);
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
            say(stage, tenant, PolicyBundle.class, TargetKind.PolicyBundle, Tenant.REQUESTER, null);
            soon().until(() -> counted(tenant, "motd-" + Tenant.REQUESTER).equals("RequesterApproves"));
            assertThat(approved(tenant)).isEqualTo("AwaitingApproval");
            say(stage, tenant, PolicyBundle.class, TargetKind.PolicyBundle, "bob", 100);
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

            say(stage, tenant, Rollout.class, TargetKind.Rollout, "bob", null);
            soon().until(() -> stage.records(Topic.DESIRED, tenant.name() + "/").size() == 12);
            String order = new String(
                    stage.records(Topic.DESIRED, tenant.name() + "/").getFirst().value(), StandardCharsets.US_ASCII);
            assertThat(new String(Base64.getUrlDecoder().decode(order.split("\\.", -1)[1]), StandardCharsets.UTF_8))
                    .as("what bob signed is for the devices to judge")
                    .contains("\"percent\":100", "signed by bob");
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

    private static <R extends HasMetadata> void say(
            Stage stage, Tenant tenant, Class<R> kind, TargetKind target, String person, @Nullable Integer percent) {
        R object = tenant.get(kind, "motd");
        ChangeApproval said = new ChangeApproval();
        said.setMetadata(tenant.meta((target == TargetKind.Rollout ? "roll-" : "motd-") + person));
        said.setSpec(ChangeApprovalSpecBuilder.builder()
                .targetRef(new ChangeApprovalSpec.TargetRef(
                        target,
                        "motd",
                        object.getMetadata().getUid(),
                        target == TargetKind.Rollout ? object.getMetadata().getGeneration() : null))
                .approvedBy(person)
                .decision(Decision.Approve)
                .percent(percent)
                .signature(percent == null ? null : "signed by " + person)
                .build());
        stage.client().resource(said).create();
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
