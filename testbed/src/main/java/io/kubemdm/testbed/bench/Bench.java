package io.kubemdm.testbed.bench;

import io.kubemdm.protocol.trust.NativeCrypto;
import io.kubemdm.testbed.Checkout;
import io.kubemdm.testbed.process.Program;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What {@code make bench NAME=…} runs. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        description = "Measures one thing on a region of its own; one JSON line per figure on standard output.")
public final class Bench implements Callable<Integer> {

    private static final List<Benchmark> ALL = List.of(
            new PushLatencyBench(),
            new RolloutBench(),
            new AbortBench(),
            new FootprintBench(),
            new EnrolBench(),
            new FleetBench(),
            new RevokeBench(),
            new WipeBench(),
            new DeprovisionBench(),
            new RemedyBench(),
            new KillBench(),
            new RebuildBench(),
            new JudgeBench(),
            new JudgeEndToEndBench(),
            new KillMatrixBench(),
            new UpBench());

    @Parameters(paramLabel = "NAME", description = "Which benchmark; without a name they are listed.", arity = "0..1")
    private @Nullable String name;

    @Option(
            names = "--scale",
            description = "Multiplies devices, messages and runs; figures at 1 are those in docs/benchmarks.md.")
    private double scale = 1;

    @Option(names = "--seed", description = "Of everything random.")
    private long seed = 1;

    private Bench() {}

    /** Entry point. */
    public static void main(String[] arguments) {
        // The simulated devices' own processor time must not pass for the services'.
        NativeCrypto.install();
        Program.run(new Bench(), arguments);
    }

    @Override
    public Integer call() throws Exception {
        Benchmark chosen =
                ALL.stream().filter(one -> one.name().equals(name)).findFirst().orElse(null);
        if (chosen == null) {
            System.err.println((name == null ? "" : "no benchmark is named " + name + "; ") + "there are "
                    + ALL.stream().map(Benchmark::name).collect(Collectors.joining(", ")));
            return 2;
        }
        Checkout checkout = Checkout.ofWorkingDirectory();
        System.err.println("bench " + chosen.name() + " scale=" + scale + " seed=" + seed);
        Figures figures = new Figures(
                new PrintStream(System.out, true, StandardCharsets.UTF_8),
                chosen.name(),
                Provenance.here(checkout.root()));
        OwnRegions regions = new OwnRegions(System.err);
        Runtime.getRuntime().addShutdownHook(new Thread(regions::end, "end-of-regions"));
        chosen.run(new BenchSettings(checkout, scale, seed, System.err, regions), figures);
        return 0;
    }
}
