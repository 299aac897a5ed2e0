package io.kubemdm.agent.quarantine;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Addresses of hosts. Of a host that cannot be resolved now the last known ones are given. */
final class Addresses {

    private static final Logger LOG = LoggerFactory.getLogger(Addresses.class);
    private static final long LIMIT_SECONDS = 5;
    private static final int MAX_SERVERS = 8;
    private static final Pattern SERVER =
            Pattern.compile("(?m)^\\s*nameserver\\s+([0-9a-fA-F:.]{2,45})(?:%\\S*)?\\s*$");

    private final Map<String, List<InetAddress>> known = new HashMap<>();

    /** All addresses of a host, none when it was never resolved; waits {@value #LIMIT_SECONDS} s at most. */
    List<InetAddress> of(String host) {
        try {
            known.put(
                    host,
                    CompletableFuture.supplyAsync(() -> resolve(host), task -> Thread.ofPlatform()
                                    .daemon()
                                    .name("resolve")
                                    .start(task))
                            .get(LIMIT_SECONDS, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("host cannot be resolved, its last addresses count host={}", host);
        }
        return known.getOrDefault(host, List.of());
    }

    private static List<InetAddress> resolve(String host) {
        try {
            return Arrays.stream(InetAddress.getAllByName(host))
                    .sorted(Addresses::compare)
                    .toList();
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static int compare(InetAddress one, InetAddress other) {
        return Arrays.compareUnsigned(one.getAddress(), other.getAddress());
    }

    /** The servers a resolv.conf(5) names, at most {@value #MAX_SERVERS}. */
    static List<InetAddress> servers(String resolvConf) {
        List<InetAddress> servers = new ArrayList<>();
        Matcher line = SERVER.matcher(resolvConf);
        while (line.find() && servers.size() < MAX_SERVERS) {
            try {
                // Of a literal nothing is asked of the network.
                servers.add(InetAddress.getByName(line.group(1)));
            } catch (UnknownHostException e) {
                LOG.warn("resolv.conf names a server that is no address: {}", line.group(1));
            }
        }
        return servers;
    }
}
