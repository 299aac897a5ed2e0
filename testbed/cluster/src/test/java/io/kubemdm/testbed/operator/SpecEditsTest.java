package io.kubemdm.testbed.operator;

import static org.assertj.core.api.Assertions.assertThat;
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
            create(stage, tenant, "r-" + i);
        }
        for (int edit = 0; edit < EDITS; edit++) {
            for (int i = 0; i < OBJECTS; i++) {
                pause(stage, tenant, "r-" + i, edit % 2 == 0);
            }
        }
        await().atMost(Duration.ofSeconds(5))
                .until(() -> tenant.objects(Rollout.class).stream().allMatch(SpecEditsTest::isObserved));
    }

    @Test
    void howeverOftenARolloutChangesItsStatusIsWrittenOnceASecondAtMost(Stage stage) {
        Tenant tenant = new Tenant(stage, "flipped");
        create(stage, tenant, "r");
        long begun = System.nanoTime();

        for (int edit = 0; edit < EDITS; edit++) {
            pause(stage, tenant, "r", edit % 2 == 0);
            await().atMost(Duration.ofSeconds(10))
                    .until(() -> tenant.objects(Rollout.class).stream().allMatch(SpecEditsTest::isObserved));
        }

        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThanOrEqualTo(Duration.ofSeconds(EDITS - 1));
    }

    private static void create(Stage stage, Tenant tenant, String name) {
        Rollout rollout = new Rollout();
        rollout.setMetadata(tenant.meta(name));
        rollout.setSpec(RolloutSpecBuilder.builder()
                .bundleRef(new ObjectRef("missing"))
                .selector(new LabelSelector(Map.of(), List.of()))
                .build());
        stage.client().resource(rollout).create();
    }

    /** Each makes another generation, and another status: phase and reason follow {@code spec.paused}. */
    private static void pause(Stage stage, Tenant tenant, String name, boolean paused) {
        stage.client()
                .resources(Rollout.class)
                .inNamespace(tenant.name())
                .withName(name)
                .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"paused\":" + paused + "}}");
    }

    private static boolean isObserved(Rollout rollout) {
        return rollout.getStatus() != null
                && rollout.getMetadata()
                        .getGeneration()
                        .equals(rollout.getStatus().observedGeneration());
    }
}
