package io.kubemdm.testbed.bench;

/** Sixty kills under 200 acknowledged reports a second; see {@link KillRun}. */
final class KillBench implements Benchmark {

    private static final int KILLS = 60;
    private static final int DEVICES = 50;
    private static final int PER_SECOND = 200;

    @Override
    public String name() {
        return "kill";
    }

    @Override
    public void run(BenchSettings settings, Figures figures) throws Exception {
        int kills = settings.scaled(KILLS);
        try (var own = settings.region(name(), 0)) {
            KillRun.Outcome outcome = KillRun.on(
                    own.region(), new KillRun.Plan(DEVICES, PER_SECOND, kills, settings.seed()), settings.progress());
            figures.value("runs", "kills", kills);
            figures.value("acknowledged", "reports", (double) outcome.acknowledged());
            figures.value("lost", "reports", (double) outcome.lost());
            figures.value("duplicated", "reports", (double) outcome.duplicated());
            figures.value("chain_broken", "flaws", (double) outcome.chainBroken());
            figures.distribution("first_acknowledgement_s", "s", outcome.firstAcknowledgement(), 1_000);
        }
    }
}
