package io.kubemdm.agent.quarantine;

import io.kubemdm.agent.program.Nft;
import io.kubemdm.agent.store.PublicFiles;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * By an nftables table of its own, which the kernel keeps when the agent ends. A drop in it is final, whatever other
 * tables accept (nft(8), "Verdict statements").
 */
public final class NftQuarantine implements Quarantine {

    private static final Logger LOG = LoggerFactory.getLogger(NftQuarantine.class);
    private static final List<String> RESOLVERS = List.of("/etc/resolv.conf", "/run/systemd/resolve/resolv.conf");

    private final Nft nft;
    private final List<Peer> peers;
    private final PublicFiles machine;
    private final Addresses addresses = new Addresses();
    private String loaded = "";
    private @Nullable String listing;
    private @Nullable String failure;

    /**
     * A quarantine that is not in force yet, unless a former agent left it so.
     *
     * @param peers the gateways, and the hosts of the device's own configuration
     * @param machine has the files that name the DNS servers
     */
    public NftQuarantine(Nft nft, List<Peer> peers, PublicFiles machine) {
        this.nft = nft;
        this.peers = List.copyOf(peers);
        this.machine = machine;
    }

    @Override
    public void confine() {
        String rules = rules();
        if (rules.equals(loaded) && listing != null && listing.equals(nft.list(QuarantineRules.TABLE))) {
            return;
        }
        try {
            nft.replace(QuarantineRules.TABLE, rules);
            failure = null;
            loaded = rules;
            listing = nft.list(QuarantineRules.TABLE);
            LOG.warn("device is cut off from all but its gateway and named hosts peers={}", peers);
        } catch (Nft.Failed e) {
            fail("cannot cut the device off", e);
        }
    }

    @Override
    public void release() {
        loaded = "";
        listing = null;
        if (!confined()) {
            return;
        }
        try {
            nft.replace(QuarantineRules.TABLE, "");
            failure = null;
            LOG.info("device has its network back");
        } catch (Nft.Failed e) {
            fail("cannot give the network back", e);
        }
    }

    @Override
    public boolean confined() {
        return nft.list(QuarantineRules.TABLE) != null;
    }

    @Override
    public @Nullable String obstacle() {
        String now = nft.obstacle();
        return now == null ? failure : now;
    }

    private void fail(String what, Nft.Failed why) {
        if (!String.valueOf(why.getMessage()).equals(failure)) {
            LOG.error("{}, trying again later: {}", what, why.getMessage());
        }
        failure = why.getMessage();
    }

    private String rules() {
        List<QuarantineRules.Opening> openings = new ArrayList<>();
        for (Peer peer : peers) {
            addresses.of(peer.host()).forEach(a -> openings.add(new QuarantineRules.Opening(a, peer.port())));
        }
        Set<InetAddress> dns = new LinkedHashSet<>();
        for (String file : RESOLVERS) {
            String text = machine.text(file);
            if (text != null) {
                dns.addAll(Addresses.servers(text));
            }
        }
        return QuarantineRules.of(openings, dns);
    }
}
