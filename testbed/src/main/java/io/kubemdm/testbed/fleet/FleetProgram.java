package io.kubemdm.testbed.fleet;

import io.kubemdm.agent.identity.EnrollRequest;
import io.kubemdm.agent.identity.ServerTrust;
import io.kubemdm.agent.link.Endpoint;
import io.kubemdm.protocol.trust.NativeCrypto;
import io.kubemdm.protocol.trust.Pem;
import io.kubemdm.testbed.process.Program;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * The process behind {@code make fleet}: devices that enrol by themselves and then do what agents do, until it ends. They live
 * in its memory: a second process in its place would be another fleet, so there is none.
 */
@Command(name = "fleet", description = "Simulated devices in one process.")
public final class FleetProgram implements Callable<Integer> {

    private static final int AT_ONCE = 50;
    private static final int PARALLEL = 8;
    private static final Duration RAMP = Duration.ofSeconds(2);
    private static final Duration HEARTBEAT = Duration.ofSeconds(10);

    @Option(names = "--server", required = true)
    private URI server = URI.create("https://localhost");

    @Option(names = "--gateway", required = true)
    private String gateway = "";

    @Option(names = "--ca", required = true)
    private Path ca = Path.of("");

    @Option(names = "--token-file", required = true, description = "namespace/token:secret")
    private Path token = Path.of("");

    @Option(names = "--status", required = true, description = "Where it says how far it is.")
    private Path status = Path.of("");

    @Option(names = "--count", required = true)
    private int count;

    @Option(names = "--seed", defaultValue = "1")
    private long seed;

    @Mixin
    private ScenarioOptions scenario = new ScenarioOptions();

    private FleetProgram() {}

    /** Entry point; an error is one sentence on standard error. */
    public static void main(String[] arguments) {
        NativeCrypto.install();
        Program.run(new FleetProgram(), arguments);
    }

    @Override
    public Integer call() throws Exception {
        if (FleetStatus.read(status) != null) {
            System.err.println("This fleet's devices were in the memory of a process that has ended.");
            return 1;
        }
        Scenario chosen = scenario.scenario();
        List<Endpoint> gateways = Endpoint.parseAll(gateway);
        int online = (int) IntStream.range(0, count)
                .filter(number -> !chosen.isOffline(number))
                .count();
        try (Fleet fleet =
                new Fleet(FleetSettings.of(gateways, HEARTBEAT, count, seed).with(chosen), FleetListener.NONE)) {
            EnrollRequest request = request(gateways);
            for (int have = 0; have < count; have += AT_ONCE) {
                tell(fleet, online);
                fleet.start(fleet.enrol(request, Math.min(AT_ONCE, count - have), PARALLEL), RAMP);
            }
            while (true) {
                tell(fleet, online);
                Thread.sleep(Duration.ofSeconds(1));
            }
        }
    }

    private void tell(Fleet fleet, int online) {
        new FleetStatus(
                        ProcessHandle.current().pid(),
                        count,
                        fleet.devices().size(),
                        online,
                        fleet.counts().connected())
                .write(status);
    }

    private EnrollRequest request(List<Endpoint> gateways) throws IOException {
        String text = Files.readString(token, StandardCharsets.US_ASCII).strip();
        int slash = text.indexOf('/');
        int colon = text.indexOf(':');
        if (slash < 1 || colon < slash) {
            throw new IllegalStateException(token + " has no token: expected namespace/token:secret");
        }
        return new EnrollRequest(
                server,
                text.substring(0, slash),
                text.substring(slash + 1, colon),
                text.substring(colon + 1),
                new ServerTrust.Roots(Pem.certificates(Files.readString(ca, StandardCharsets.US_ASCII))),
                gateways,
                Map.of("Kubemdm-Platform", "Linux"),
                Duration.ofMinutes(1));
    }
}
