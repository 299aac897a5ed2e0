package io.kubemdm.agent;

import io.kubemdm.agent.driver.FactSource;
import io.kubemdm.agent.identity.Identity;
import io.kubemdm.agent.link.Endpoint;
import io.kubemdm.agent.store.Documents;
import io.kubemdm.agent.store.Store;
import io.kubemdm.agent.wipe.Departure;
import io.kubemdm.protocol.device.DeviceId;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.util.concurrent.DefaultEventExecutor;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code kubemdm-agent run}. */
@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        description = "Connect and stay: set policies, report, obey. Ends on SIGTERM, or when the device retires.")
final class RunCommand implements Callable<Integer> {

    /** Marks a device that has left management. */
    static final String RETIRED = "retired.json";

    private static final long STOP_SECONDS = 3;

    /** Kept, because a logger nobody holds may forget its level. */
    private static final Logger ROOT = Logger.getLogger("");

    @Mixin
    private RootOptions options = new RootOptions();

    @Option(
            names = "--allow-destructive",
            description = "Carry out FullWipe and CryptoErase although this is not the machine's installed service.")
    private boolean allowDestructive;

    @Override
    public Integer call() throws InterruptedException {
        AgentConfig config = options.config();
        ROOT.setLevel(level(config.logLevel()));
        Store store = options.store(config);
        return RunLock.holding(options.stateFolder(config), () -> {
            Departure.Ground ground =
                    new Departure.Ground(store, RootOptions.identities(store), options.acts(config, allowDestructive));
            DeviceId gone = Departure.finish(ground);
            if (gone != null) {
                if (store.read(RETIRED) == null) {
                    Documents.write(store, RETIRED, new StatusFile.Retired(gone, Instant.now()));
                }
                throw RootOptions.left();
            }
            return serve(config, ground, RootOptions.enrolled(store));
        });
    }

    private int serve(AgentConfig config, Departure.Ground ground, Identity identity) throws InterruptedException {
        CountDownLatch ended = new CountDownLatch(1);
        StatusFile status = new StatusFile(ground.store(), identity.device(), Clock.systemUTC(), ended::countDown);
        NioEventLoopGroup sockets = new NioEventLoopGroup(1, new DefaultThreadFactory("link", true));
        DefaultEventExecutor thread = new DefaultEventExecutor(new DefaultThreadFactory("agent", true));
        Agent agent = new Agent(parts(options, config, ground, identity, new Threads(sockets, thread), status));
        Runtime.getRuntime().addShutdownHook(new Thread(() -> goodbye(agent, thread, sockets), "goodbye"));
        agent.start();
        ended.await();
        return status.isRetired() ? ExitCode.RETIRED.number() : ExitCode.OK.number();
    }

    /** What an agent runs on: one thread for its sockets, one for itself. */
    record Threads(NioEventLoopGroup sockets, DefaultEventExecutor agent) {}

    /** What an agent on this device stands on. */
    static AgentParts parts(
            RootOptions options,
            AgentConfig config,
            Departure.Ground ground,
            Identity identity,
            Threads threads,
            AgentObserver observer) {
        List<Endpoint> gateways = config.gateways().isEmpty()
                ? identity.gateways().stream().map(Endpoint::parse).toList()
                : config.gateways();
        return new AgentParts(
                ground.store(),
                ground.identities(),
                gateways,
                options.drivers(config),
                facts(options),
                ground.acts(),
                config.firstHeartbeat(),
                threads.sockets(),
                threads.agent(),
                null,
                renewal -> new DefaultThreadFactory("renewal", true)
                        .newThread(renewal)
                        .start(),
                Clock.systemUTC(),
                System::nanoTime,
                new SplittableRandom(new SecureRandom().nextLong()),
                observer);
    }

    /** What measures takes a while to load; it does so while the agent connects. */
    private static FactSource facts(RootOptions options) {
        FactSource facts = options.facts();
        new DefaultThreadFactory("facts", true).newThread(facts::osVersion).start();
        return facts;
    }

    private static void goodbye(Agent agent, DefaultEventExecutor thread, NioEventLoopGroup sockets) {
        agent.stop();
        thread.shutdownGracefully(0, STOP_SECONDS, TimeUnit.SECONDS).awaitUninterruptibly(STOP_SECONDS * 1000);
        sockets.shutdownGracefully(0, STOP_SECONDS, TimeUnit.SECONDS).awaitUninterruptibly(STOP_SECONDS * 1000);
    }

    private static Level level(@Nullable String name) {
        return switch (name) {
            case "ERROR" -> Level.SEVERE;
            case "WARN" -> Level.WARNING;
            case "DEBUG" -> Level.FINE;
            case null, default -> Level.INFO;
        };
    }
}
