package io.kubemdm.testbed.kill;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubemdm.testbed.bench.KillMatrix;
import io.kubemdm.testbed.region.SharedRegion;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KillMatrixTest {

    private static final int RUNS = 12;

    @Test
    void no_wipe_is_lost_or_done_twice_or_called_completed_falsely_whatever_is_killed(@TempDir Path folder)
            throws InterruptedException, IOException {
        KillMatrix.Outcome outcome =
                KillMatrix.on(SharedRegion.get(), new KillMatrix.Plan(RUNS, 7, folder), System.out);

        assertThat(outcome.runs()).isGreaterThanOrEqualTo(RUNS);
        assertThat(outcome.judgement().sentences()).isEmpty();
    }
}
