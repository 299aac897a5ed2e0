package io.kubemdm.agent.link;

import io.kubemdm.protocol.device.DeviceId;
import io.netty.channel.EventLoopGroup;
import io.netty.handler.ssl.SslContext;
import io.netty.util.concurrent.EventExecutor;
import java.net.InetAddress;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link Link} stands on.
 *
 * @param device whose link it is
 * @param gateways tried in turn, from a random one
 * @param tls asked at every connection, so that a renewed certificate is used from the next one on
 * @param group drives the sockets; shared by any number of agents
 * @param executor the agent's one thread; may be a loop of {@code group}
 * @param localAddress bound before connecting, null for the system's choice
 * @param ticks monotonic nanoseconds
 */
public record LinkSettings(
        DeviceId device,
        List<Endpoint> gateways,
        Supplier<SslContext> tls,
        EventLoopGroup group,
        EventExecutor executor,
        @Nullable InetAddress localAddress,
        LongSupplier ticks,
        RandomGenerator random) {}
