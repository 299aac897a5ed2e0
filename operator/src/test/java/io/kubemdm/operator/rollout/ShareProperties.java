package io.kubemdm.operator.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class ShareProperties {

    @Property
    void aShareIsRoundedUpAndMonotonous(
            @ForAll @IntRange(min = 0, max = 100) int percent,
            @ForAll @IntRange(min = 0, max = 10_000_000) int devices) {
        int share = StepDecision.share(percent, devices);
        assertThat(share).isEqualTo((int) Math.ceil(percent * (double) devices / 100 - 1e-9));
        assertThat(share).isBetween(0, devices);
        if (percent < 100) {
            assertThat(StepDecision.share(percent + 1, devices)).isGreaterThanOrEqualTo(share);
        }
    }
}
