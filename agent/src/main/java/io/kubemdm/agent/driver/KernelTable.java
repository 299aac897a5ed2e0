package io.kubemdm.agent.driver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.kubemdm.agent.program.Nft;
import org.jspecify.annotations.Nullable;

/**
 * Our nftables table in the running kernel. What this process has loaded is known to it; a new process loads once more, which
 * is all or nothing.
 */
final class KernelTable {

    private final Nft nft;
    private String loaded = "";
    private @Nullable String listing;

    KernelTable(Nft nft) {
        this.nft = nft;
    }

    /** Whether it is as this process loaded it from {@code rules}. */
    boolean holds(String rules) {
        return rules.equals(loaded) && listing != null && listing.equals(nft.list(FirewallRules.TABLE));
    }

    /**
     * Loads it.
     *
     * @throws SettingRefused when the kernel does not take it
     */
    void load(String rules) {
        try {
            nft.replace(FirewallRules.TABLE, rules);
        } catch (Nft.Failed e) {
            throw new SettingRefused("NotHeld", String.valueOf(e.getMessage()));
        }
        loaded = rules;
        listing = nft.list(FirewallRules.TABLE);
    }

    /** What is there before the agent touches it. */
    Prior capture() {
        String before = nft.list(FirewallRules.TABLE);
        return new Prior(before == null ? null : TextNode.valueOf(before));
    }

    /**
     * Puts back what was there.
     *
     * @throws SettingRefused when the kernel does not take it
     */
    void restore(Prior prior) {
        loaded = "";
        JsonNode before = prior.before();
        try {
            nft.replace(FirewallRules.TABLE, before == null || before.isNull() ? "" : before.asText());
        } catch (Nft.Failed e) {
            throw new SettingRefused("NotRestored", String.valueOf(e.getMessage()));
        }
    }

    /** The rules that are loaded, null when there are none. */
    @Nullable FirewallRules found() {
        String table = nft.list(FirewallRules.TABLE);
        return table == null ? null : FirewallRules.read(table);
    }
}
