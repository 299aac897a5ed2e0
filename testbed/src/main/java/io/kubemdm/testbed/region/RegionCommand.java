package io.kubemdm.testbed.region;

import io.kubemdm.testbed.Checkout;
import io.kubemdm.testbed.controlplane.Kubectl;
import io.kubemdm.testbed.fleet.FleetStatus;
import io.kubemdm.testbed.fleet.ScenarioOptions;
import io.kubemdm.testbed.process.Child;
import io.kubemdm.testbed.process.Program;
import io.kubemdm.testbed.process.Readiness;
import io.kubemdm.testbed.region.RegionState.Condition;
import io.kubemdm.testbed.region.RegionState.PartState;
import io.kubemdm.testbed.region.RegionState.Phase;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What the Makefile's targets {@code up}, {@code agents}, {@code fleet}, {@code down}, {@code status}, {@code logs}, {@code env} run. */
@Command(name = "region", description = "A whole region on this machine.")
public final class RegionCommand {

    /** How long what agents have reported may take to show in the devices' statuses. */
    private static final Duration STATUSES = Duration.ofSeconds(20);

    private static final int MAX_FLEET = 20_000;

    private final Checkout checkout = Checkout.ofWorkingDirectory();
    private final PrintStream out;
    private final Map<String, String> environment;

    @Option(names = "--region", paramLabel = "DIR", scope = CommandLine.ScopeType.INHERIT)
    private @Nullable Path path;

    private RegionCommand(PrintStream out, Map<String, String> environment) {
        this.out = out;
        this.environment = environment;
    }

    /** Entry point. */
    public static void main(String[] arguments) {
        System.exit(run(new PrintStream(System.out, true, StandardCharsets.UTF_8), System.getenv(), arguments));
    }

    /** Does what the program does and returns what it would end with; an error is one sentence on standard error. */
    public static int run(PrintStream out, Map<String, String> environment, String... arguments) {
        return Program.execute(new RegionCommand(out, environment), arguments);
    }

    private Region region() {
        return new Region(checkout, new RegionFolder(path == null ? checkout.path(".region") : path));
    }

    @Command(name = "up")
    int up(@Option(names = "--agents", defaultValue = "3") int agents) {
        Region region = region();
        Optional<RegionState> known = region.isSupervised() ? region.state() : Optional.empty();
        if (known.isPresent() && known.get().phase() == Phase.READY) {
            out.println("The region runs already, since " + known.get().since() + ": nothing to do.");
            return agents(Site.DEFAULT_TENANT, agents);
        }
        UpScreen screen = new UpScreen(out);
        out.println("Starting a region in " + region.folder().path());
        region.up(agents, environment, out);
        out.printf(Locale.ROOT, "Ready after %.1f s.%n%n", screen.seconds());
        Devices devices = new Devices(kubectl(region));
        Readiness.await(() -> devices.online() >= agents, STATUSES);
        showDevices(region);
        out.println("""

                Next:
                  eval "$(make -s env)"       # kubectl and kubemdm on the path, and whom they talk to
                  kubemdm get devices -A      # the devices, who enrolled by themselves
                  less samples/01-first-policy/README.md""");
        return 0;
    }

    @Command(name = "agents")
    int agents(
            @Option(names = "--namespace", defaultValue = Site.DEFAULT_TENANT) String namespace,
            @Option(names = "--count", defaultValue = "3") int count) {
        Region region = requireSupervised();
        AgentsWanted.of(region.folder()).atLeast(namespace, count);
        UpScreen screen = new UpScreen(out);
        boolean all = Readiness.await(
                () -> {
                    Optional<RegionState> state = region.state();
                    state.filter(one -> one.phase() == Phase.READY).ifPresent(screen::show);
                    return state.map(one -> haveAll(one, namespace, count)).orElse(false);
                },
                Duration.ofMinutes(2));
        if (!all) {
            throw new IllegalStateException("the agents do not come up: make status");
        }
        out.print(new Devices(kubectl(region)).tableOf(namespace));
        return 0;
    }

    @Command(name = "fleet")
    int fleet(
            @Option(names = "--namespace", defaultValue = "fleet") String namespace,
            @Option(names = "--count", defaultValue = "1000") int count,
            @Mixin ScenarioOptions options) {
        if (count < 1 || count > MAX_FLEET) {
            throw new IllegalArgumentException("COUNT=" + count + ": give 1 to " + MAX_FLEET);
        }
        var checked = options.scenario();
        Region region = requireSupervised();
        List<String> arguments = new ArrayList<>(List.of("--count=" + count));
        arguments.addAll(options.arguments());
        FleetsWanted fleets = FleetsWanted.of(region.folder());
        fleets.want(namespace, arguments);
        out.printf(Locale.ROOT, "%d simulated devices enrol in namespace %s, some 30 a second.%n", count, namespace);
        String name = FleetsWanted.name(namespace);
        Readiness.await(
                () -> condition(region, name).filter(RegionCommand::isSettled).isPresent(),
                Duration.ofMinutes(2).plus(Duration.ofMillis(500).multipliedBy(count)));
        FleetStatus status = fleets.status(namespace);
        if (status == null || !status.isAlive() || !status.isComplete()) {
            throw new IllegalStateException("the fleet does not come up: make logs PART=" + name);
        }
        out.printf(
                Locale.ROOT,
                "%d devices have enrolled, %d are connected%s.%n",
                status.enrolled(),
                status.connected(),
                checked.offlinePercent() > 0 ? ", the others stay offline" : "");
        return 0;
    }

    private static Optional<Condition> condition(Region region, String part) {
        return region.state().stream()
                .flatMap(state -> state.parts().stream())
                .filter(one -> one.name().equals(part))
                .map(PartState::condition)
                .findFirst();
    }

    private static boolean isSettled(Condition condition) {
        return condition.isGood() || condition == Condition.FAILED;
    }

    private static boolean haveAll(RegionState state, String namespace, int count) {
        for (int number = 1; number <= count; number++) {
            String name = AgentsWanted.name(namespace, number);
            if (state.parts().stream()
                    .noneMatch(
                            part -> part.name().equals(name) && part.condition().isGood())) {
                return false;
            }
        }
        return true;
    }

    @Command(name = "down")
    int down(@Option(names = "--clean") boolean clean) {
        Region region = region();
        int ended = region.down();
        out.println(ended == 0 ? "Nothing of the region runs." : "Ended " + ended + " processes.");
        if (clean) {
            region.clean();
            out.println("Removed " + region.folder().path() + ".");
        }
        return 0;
    }

    @Command(name = "status")
    int status() {
        Region region = region();
        Optional<RegionState> state = region.state();
        if (state.isEmpty()) {
            out.println("There is no region in " + region.folder().path() + ": make up starts one.");
            return 1;
        }
        RegionState now = state.get();
        boolean supervised = region.isSupervised();
        out.println("region: " + now.phase().name().toLowerCase(Locale.ROOT) + " since " + now.since()
                + (supervised ? "" : "; nobody watches it: make up finds what runs and watches again"));
        if (now.message() != null) {
            out.println(now.message());
        }
        out.printf("  %-28s %-12s %8s %9s%n", "PART", "CONDITION", "PID", "RESTARTS");
        now.parts().forEach(part -> out.println(UpScreen.line(part)));
        if (supervised) {
            showDevices(region);
        }
        return 0;
    }

    @Command(name = "logs")
    int logs(
            @Parameters(arity = "0..1") @Nullable String part,
            @Option(names = "--lines", defaultValue = "15") int lines) {
        RegionState state =
                region().state().orElseThrow(() -> new IllegalStateException("there is no region: make up"));
        List<PartState> shown = state.parts().stream()
                .filter(one -> one.log() != null && (part == null || one.name().equals(part)))
                .toList();
        if (shown.isEmpty()) {
            throw new IllegalStateException("no part " + part + ": make status lists them");
        }
        for (PartState one : shown) {
            Path log = Path.of(String.valueOf(one.log()));
            out.println("==> " + one.name() + "  " + log);
            out.println(Child.lastLines(log, part == null ? lines : 1_000));
        }
        return 0;
    }

    @Command(name = "env")
    int env() {
        Region region = requireSupervised();
        RegionState state = region.state().orElseThrow();
        TreeMap<String, String> variables = new TreeMap<>(state.addresses());
        variables.put("KUBECONFIG", region.folder().kubeconfig().toString());
        variables.forEach((name, value) -> out.println("export " + name + "='" + value + "'"));
        out.println("case \":$PATH:\" in *\":" + region.folder().bin() + ":\"*) ;; *) export PATH='"
                + region.folder().bin() + "':\"$PATH\";; esac");
        return 0;
    }

    @Command(name = "supervise", hidden = true)
    int supervise() throws InterruptedException {
        return new Supervisor(checkout, region().folder(), environment).run();
    }

    private Region requireSupervised() {
        Region region = region();
        if (!region.isSupervised()) {
            throw new IllegalStateException("no region runs here: make up");
        }
        return region;
    }

    private static Kubectl kubectl(Region region) {
        return new Kubectl(
                region.folder().bin().resolve("kubectl"), region.folder().kubeconfig());
    }

    private void showDevices(Region region) {
        out.print(new Devices(kubectl(region)).table());
    }
}
