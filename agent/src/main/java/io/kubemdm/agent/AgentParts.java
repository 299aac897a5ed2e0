package io.kubemdm.agent;

import io.kubemdm.agent.driver.Drivers;
import io.kubemdm.agent.driver.FactSource;
import io.kubemdm.agent.identity.IdentityStore;
import io.kubemdm.agent.link.Endpoint;
import io.kubemdm.agent.store.Store;
import io.kubemdm.agent.wipe.DeviceActs;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import java.net.InetAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Everything an {@link Agent} stands on; real on a device, in memory in a simulated fleet.
 *
 * @param store the agent's state
 * @param identities holds the identity; the device must be enrolled
 * @param gateways where to connect, at least one
 * @param firstHeartbeat how often to report before any desired order says
 * @param group drives sockets, shared by any number of agents
 * @param executor the agent's one thread; may be a loop of {@code group}
 * @param localAddress to connect from, null for the system's choice
 * @param blocking runs renewals; null when certificates are not renewed
 * @param clock the device's wall clock
 * @param ticks monotonic nanoseconds
 */
public record AgentParts(
        Store store,
        IdentityStore identities,
        List<Endpoint> gateways,
        Drivers drivers,
        FactSource facts,
        DeviceActs acts,
        Duration firstHeartbeat,
        EventLoopGroup group,
        EventExecutor executor,
        @Nullable InetAddress localAddress,
        @Nullable Executor blocking,
        Clock clock,
        LongSupplier ticks,
        RandomGenerator random,
        AgentObserver observer) {}
