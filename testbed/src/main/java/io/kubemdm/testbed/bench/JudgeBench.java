package io.kubemdm.testbed.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.kubemdm.rules.RuleErrors;
import io.kubemdm.rules.RuleOutcome;
import io.kubemdm.rules.RuleSet;
import io.kubemdm.rules.Verdict;
import io.kubemdm.testbed.process.Child;
import io.kubemdm.testbed.process.ChildSpec;
import io.kubemdm.testbed.process.ChildSpec.Lifeline;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * The rules alone, in one thread of a process of their own with the whole compiler: parsed facts of a heartbeat to the
 * outcomes of 20 rules, by processor time. Then the same rules through Kafka and the engine, as
 * {@link JudgeEndToEndBench} has it.
 */
public final class JudgeBench implements Benchmark {

    private static final int HEARTBEATS = 2_000_000;
    private static final int ROUNDS = 5;
    private static final Duration LIMIT = Duration.ofMinutes(10);

    JudgeBench() {}

    @Override
    public String name() {
        return "judge";
    }

    @Override
    public void run(BenchSettings settings, Figures figures) throws Exception {
        figures.value("in_process_per_s_core", "1/s", inProcess(settings.scaled(HEARTBEATS)));
        new JudgeEndToEndBench().run(settings, figures);
    }

    private static double inProcess(int heartbeats) throws IOException {
        Path dir = Files.createTempDirectory("kubemdm-judge-");
        Path log = dir.resolve("log");
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                JudgeBench.class.getName(),
                Integer.toString(heartbeats));
        try (Child judging = Child.start(new ChildSpec("judging", command, Map.of(), dir, log, Lifeline.WITH_PARENT))) {
            judging.requireSuccess(LIMIT);
            return Double.parseDouble(judging.lastLines(1));
        } finally {
            Files.deleteIfExists(log);
            Files.delete(dir);
        }
    }

    /** Judges so many heartbeats, after as many for the compiler; prints how many a second of processor time. */
    public static void main(String[] args) throws RuleErrors {
        int heartbeats = Integer.parseInt(args[0]);
        RuleSet rules = RuleSet.compile(JudgeEndToEndBench.bundle());
        Map<String, JsonNode> facts = JudgeEndToEndBench.facts();
        judge(rules, facts, heartbeats);
        int each = Math.max(1, heartbeats / ROUNDS);
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        double[] rounds = new double[ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            long start = threads.getCurrentThreadCpuTime();
            judge(rules, facts, each);
            rounds[round] = each / ((threads.getCurrentThreadCpuTime() - start) / 1e9);
        }
        Arrays.sort(rounds);
        System.out.println(rounds[ROUNDS / 2]);
    }

    private static void judge(RuleSet rules, Map<String, JsonNode> facts, int heartbeats) {
        long kept = 0;
        for (int i = 0; i < heartbeats; i++) {
            List<RuleOutcome> outcomes = rules.judge(facts, "Linux");
            kept += outcomes.stream()
                    .filter(outcome -> outcome.verdict() == Verdict.Kept)
                    .count();
        }
        if (kept != (long) heartbeats * JudgeEndToEndBench.RULES) {
            throw new IllegalStateException(kept + " rules are kept in " + heartbeats + " heartbeats");
        }
    }
}
