package io.kubemdm.testbed.fleet;

import io.kubemdm.agent.link.Endpoint;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * How a fleet behaves.
 *
 * @param gateways where it connects, at least one
 * @param heartbeat how often each device reports before any desired order says
 * @param sources loopback addresses it connects from in turn; empty leaves it to the system
 * @param threads event loops all devices share
 * @param seed of everything random
 * @param scenario what devices measure, and what bundles do to them
 */
public record FleetSettings(
        List<Endpoint> gateways,
        Duration heartbeat,
        List<InetAddress> sources,
        int threads,
        long seed,
        Scenario scenario) {

    private static final int CONNECTIONS_PER_SOURCE = 20_000;

    /** Two threads, and enough loopback addresses for {@code devices} (28,231 ports each). */
    public static FleetSettings of(List<Endpoint> gateways, Duration heartbeat, int devices, long seed) {
        List<InetAddress> sources = new ArrayList<>();
        for (int i = 0; i <= devices / CONNECTIONS_PER_SOURCE; i++) {
            sources.add(loopback(i + 1));
        }
        return new FleetSettings(List.copyOf(gateways), heartbeat, List.copyOf(sources), 2, seed, Scenario.NONE);
    }

    /** The same devices with another fate. */
    public FleetSettings with(Scenario next) {
        return new FleetSettings(gateways, heartbeat, sources, threads, seed, next);
    }

    private static InetAddress loopback(int last) {
        try {
            return InetAddress.getByAddress(new byte[] {127, 0, 77, (byte) last});
        } catch (UnknownHostException e) {
            throw new IllegalStateException("four bytes are always an address", e);
        }
    }
}
