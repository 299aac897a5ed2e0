package io.kubemdm.operator.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.kubemdm.crds.rollout.Rollout;
import io.kubemdm.operator.fleet.LiveRollout;
import org.junit.jupiter.api.Test;

class RolloutSituationTest {

    @Test
    void a_kill_switch_thrown_while_nobody_led_holds_before_it_is_on_record() {
        RolloutFixture off = RolloutFixture.open(spec -> spec.enabled(false));
        assertThat(off.progress().revokedAt()).isNull();

        LiveRollout live = RolloutSituation.live(rollout(off), off.progress(), off.bundle());

        assertThat(live.admitting()).isFalse();
    }

    @Test
    void one_that_is_on_admits_from_its_record() {
        RolloutFixture on = RolloutFixture.open();

        LiveRollout live = RolloutSituation.live(rollout(on), on.progress(), on.bundle());

        assertThat(live.admitting()).isTrue();
        assertThat(live.threshold()).isEqualTo(on.progress().step().threshold());
    }

    private static Rollout rollout(RolloutFixture fixture) {
        Rollout rollout = new Rollout();
        rollout.setMetadata(
                new ObjectMetaBuilder().withNamespace("acme").withName("base").build());
        rollout.setSpec(fixture.spec());
        return rollout;
    }
}
