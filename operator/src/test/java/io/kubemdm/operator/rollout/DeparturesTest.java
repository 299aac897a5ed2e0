package io.kubemdm.operator.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubemdm.crds.LabelSelector;
import io.kubemdm.crds.ObjectRef;
import io.kubemdm.crds.rollout.RolloutPhase;
import io.kubemdm.crds.rollout.RolloutSpec;
import io.kubemdm.crds.rollout.RolloutSpecBuilder;
import io.kubemdm.crds.rollout.StepBuilder;
import io.kubemdm.protocol.message.PolicyReported.State;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Shares when devices leave in the middle of a step, and come back. */
class DeparturesTest {

    private final ModelFleet model = new ModelFleet(spec());

    @Test
    void aStepIsAShareOfWhoeverIsThereWhenItOpens() {
        for (int i = 0; i < 10; i++) {
            model.arrive();
        }
        model.settle();
        Set<String> first = model.admitted();
        assertThat(first).hasSize(5);

        List<ModelDevice> gone = first.stream().limit(4).map(model.devices::get).toList();
        gone.forEach(device -> declare(device, false));
        model.settle();
        assertThat(model.admitted()).hasSize(1);

        model.devices.values().forEach(device -> model.obey(device, State.Applied));
        model.settle();
        assertThat(model.tally().eligible()).isEqualTo(6);
        assertThat(model.admitted()).as("60 % of six, rounded up").hasSize(4);

        gone.forEach(device -> declare(device, true));
        model.settle();
        assertThat(model.admitted())
                .as("who comes back belongs to the open steps")
                .hasSize(8);
    }

    @Test
    void aFleetThatIsGoneIsToldAndGoesOnWhenItComesBack() {
        model.arrive();
        model.settle();
        ModelDevice only = model.devices.values().iterator().next();
        declare(only, false);
        RolloutDecision decision = model.settle();
        assertThat(decision.reason()).isEqualTo("NoDevices");
        declare(only, true);
        model.settle();
        model.obey(only, State.Applied);
        assertThat(model.settle().phase()).isEqualTo(RolloutPhase.Completed);
    }

    private void declare(ModelDevice device, boolean declared) {
        device.declared = declared;
        model.tell(device);
    }

    private static RolloutSpec spec() {
        return RolloutSpecBuilder.builder()
                .bundleRef(new ObjectRef("base"))
                .selector(new LabelSelector(Map.of(), List.of()))
                .steps(List.of(
                        StepBuilder.builder().name("half").percent(50).build(),
                        StepBuilder.builder().name("more").percent(60).build(),
                        StepBuilder.builder().name("all").percent(100).build()))
                .build();
    }
}
