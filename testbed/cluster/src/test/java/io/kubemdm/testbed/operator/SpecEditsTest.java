package io.kubemdm.testbed.operator;

import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.kubemdm.crds.LabelSelector;
import io.kubemdm.crds.ObjectRef;
import io.kubemdm.crds.rollout.Rollout;
import io.kubemdm.crds.rollout.RolloutSpecBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The operator SDK once lost a person's edit of a spec that met a status patch of ours (java-operator-sdk #3455, #3484).
 * Statuses go through a writer of our own since; this must hold for ever.
 */
@ExtendWith(StageExtension.class)
class SpecEditsTest {

    private static final int OBJECTS = 100;
    private static final int EDITS = 3;

    @Test
    void everyGenerationEndsInObservedGenerationWhileStatusesAreWritten(Stage stage) {
        Tenant tenant = new Tenant(stage, "edits");
        for (int i = 0; i < OBJECTS; i++) {
            Rollout rollout = new Rollout();
            rollout.setMetadata(tenant.meta("r-" + i));
            rollout.setSpec(RolloutSpecBuilder.builder()
                    .bundleRef(new ObjectRef("missing"))
                    .selector(new LabelSelector(Map.of(), List.of()))
                    .build());
            stage.client().resource(rollout).create();
        }
        for (int edit = 0; edit < EDITS; edit++) {
            for (int i = 0; i < OBJECTS; i++) {
                // Each makes another generation, and another status: phase and reason follow spec.paused.
                stage.client()
                        .resources(Rollout.class)
                        .inNamespace(tenant.name())
                        .withName("r-" + i)
                        .patch(
                                PatchContext.of(PatchType.JSON_MERGE),
                                "{\"spec\":{\"paused\":" + (edit % 2 == 0) + "}}");
            }
        }
        await().atMost(Duration.ofSeconds(5)).until(() -> tenant.objects(Rollout.class).stream()
                .allMatch(r -> r.getStatus() != null
                        && r.getMetadata().getGeneration().equals(r.getStatus().observedGeneration())));
    }
}
