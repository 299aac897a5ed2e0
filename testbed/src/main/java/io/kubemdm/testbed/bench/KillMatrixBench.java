package io.kubemdm.testbed.bench;

import io.kubemdm.testbed.history.Judgement;
import io.kubemdm.testbed.history.Judgement.Fault;
import java.nio.file.Path;

/** 200 wipes, each in a known state when something is killed; see {@link KillMatrix}. */
final class KillMatrixBench implements Benchmark {

    private static final int RUNS = 200;

    @Override
    public String name() {
        return "kill-matrix";
    }

    @Override
    public void run(BenchSettings settings, Figures figures) throws Exception {
        Path folder = settings.newFolder(name() + "-devices");
        try (var own = settings.region(name(), 0, KillMatrix.VALUES)) {
            KillMatrix.Outcome outcome = KillMatrix.on(
                    own.region(),
                    new KillMatrix.Plan(settings.scaled(RUNS), settings.seed(), folder),
                    settings.progress());
            Judgement judgement = outcome.judgement();
            figures.value("runs", "wipes", outcome.runs());
            figures.value("requests", "wipes", judgement.requests());
            figures.value("lost", "wipes", judgement.count(Fault.Lost));
            figures.value("twice", "wipes", judgement.count(Fault.Twice));
            figures.value("falselyCompleted", "wipes", judgement.count(Fault.FalselyCompleted));
            figures.value("notLeft", "devices", outcome.notLeft());
            figures.value("resumed", "acts", judgement.resumed());
        }
    }
}
