package io.kubemdm.testbed.kill;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubemdm.testbed.bench.KillRun;
import io.kubemdm.testbed.region.SharedRegion;
import org.junit.jupiter.api.Test;

class KillTest {

    @Test
    void whatIsAcknowledgedTakesEffectExactlyOnceWhateverIsKilled() throws InterruptedException {
        KillRun.Outcome outcome = KillRun.on(SharedRegion.get(), new KillRun.Plan(20, 100, 5, 7), System.out);

        assertThat(outcome.acknowledged()).isGreaterThan(100);
        assertThat(outcome.lost()).as("acknowledged reports without an event").isZero();
        assertThat(outcome.duplicated())
                .as("acknowledged reports with two events")
                .isZero();
        assertThat(outcome.chainBroken()).as("flaws of chain or sequence").isZero();
    }
}
