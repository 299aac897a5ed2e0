package io.kubemdm.cli.pki;

import io.kubemdm.protocol.trust.KeyUse;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a certificate is to say.
 *
 * @param commonName the subject's CN
 * @param validity from issuing on
 * @param authority whether it may issue, and then only end certificates unless it is a root
 * @param use its single extended key usage; a root has none
 * @param hosts subject alternative names of a server: DNS names and IP addresses
 */
public record Profile(
        String commonName,
        Duration validity,
        boolean authority,
        @Nullable KeyUse use,
        List<String> hosts) {

    private static final int ROOT_YEARS = 20;
    private static final int ISSUING_YEARS = 5;
    private static final int SIGNING_YEARS = 3;

    /** Longest life that common TLS clients accept. */
    private static final Duration SERVER = Duration.ofDays(397);

    public Profile {
        hosts = List.copyOf(hosts);
    }

    /** The root: signs everything, is kept offline. */
    public static Profile root() {
        return new Profile("KubeMDM root CA", years(ROOT_YEARS), true, null, List.of());
    }

    /** The CA of device certificates: may issue client certificates and nothing below them. */
    public static Profile issuing() {
        return new Profile("KubeMDM device CA", years(ISSUING_YEARS), true, KeyUse.DEVICE, List.of());
    }

    /** A key that signs what {@code use} says. */
    public static Profile signing(String name, KeyUse use) {
        return new Profile("KubeMDM " + name, years(SIGNING_YEARS), false, use, List.of());
    }

    /** A TLS server. */
    public static Profile server(String name, List<String> hosts) {
        if (hosts.isEmpty()) {
            throw new IllegalArgumentException("the " + name + " needs at least one host name or IP address");
        }
        return new Profile("KubeMDM " + name, SERVER, false, KeyUse.SERVER, hosts);
    }

    private static Duration years(int years) {
        return Duration.ofDays(365L * years + years / 4);
    }
}
