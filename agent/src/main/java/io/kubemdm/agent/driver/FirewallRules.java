package io.kubemdm.agent.driver;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The firewall's table in nft's own words, written and read: nft(8) lists a table as it was defined. Only inbound traffic
 * is judged, and answers to what the device itself asked always pass, so its gateway stays reachable.
 *
 * @param denies whether what no opening names is dropped
 */
record FirewallRules(boolean denies, SortedSet<Opening> openings) {

    static final String TABLE = "inet kubemdm";

    private static final Pattern POLICY =
            Pattern.compile("(?m)^\\s*type filter hook input priority [a-z0-9 +-]{1,20}; policy (drop|accept);");
    private static final Pattern OPENING = Pattern.compile("(?m)^\\s*(?:(?:ip|ip6) saddr ([0-9a-f:.]+(?:/[0-9]+)?) "
            + "|meta nfproto (ipv[46]) )?(tcp|udp) dport ([0-9]+) accept$");
    private static final Pattern CIDR = Pattern.compile("([0-9a-fA-F:.]{2,45})/([0-9]{1,3})");

    /**
     * One port that is open.
     *
     * @param source network as {@code address/prefix} in Java's own form, empty for every one
     */
    record Opening(String protocol, int port, String source) implements Comparable<Opening> {

        /**
         * Reads one of a bundle.
         *
         * @throws SettingRefused when a part of it makes no sense
         */
        static Opening of(JsonNode value) {
            Fields.only("settings.firewall.allow", value, List.of("protocol", "port", "source"));
            String protocol = value.has("protocol")
                    ? Fields.oneOf("settings.firewall.allow.protocol", value.path("protocol"), "Tcp", "Udp")
                    : "Tcp";
            int port = value.path("port").asInt(0);
            if (port < 1 || port > 65535) {
                throw Fields.invalid("settings.firewall.allow.port is not 1 to 65535");
            }
            String source = value.path("source").asText("");
            return new Opening(protocol.toLowerCase(Locale.ROOT), port, source.isEmpty() ? "" : network(source));
        }

        @Override
        public int compareTo(Opening other) {
            return toString().compareTo(other.toString());
        }

        /** As the fact has it: {@code tcp/22}, {@code tcp/22 from 10.0.0.0/8}. */
        @Override
        public String toString() {
            return protocol + "/" + port + (source.isEmpty() ? "" : " from " + source);
        }

        private String rule() {
            String to = protocol + " dport " + port + " accept";
            if (source.isEmpty()) {
                return to;
            }
            boolean six = source.indexOf(':') >= 0;
            if (source.endsWith("/0")) {
                return "meta nfproto " + (six ? "ipv6 " : "ipv4 ") + to;
            }
            return (six ? "ip6" : "ip") + " saddr " + source + " " + to;
        }
    }

    /** The table as {@code nft -f} takes it. */
    String text() {
        List<String> rules = new ArrayList<>(List.of(
                "iifname \"lo\" accept",
                "ct state established,related accept",
                "icmp type { destination-unreachable, echo-request, time-exceeded, parameter-problem } accept",
                "meta l4proto ipv6-icmp accept",
                "udp sport 67 udp dport 68 accept",
                "ip6 saddr fe80::/10 udp sport 547 udp dport 546 accept"));
        openings.forEach(opening -> rules.add(opening.rule()));
        return "table " + TABLE + " {\n\tchain input {\n\t\ttype filter hook input priority filter; policy "
                + (denies ? "drop" : "accept") + ";\n\t\t" + String.join("\n\t\t", rules) + "\n\t}\n}\n";
    }

    /** Reads a table, as we wrote it or as nft lists it; null when it has no such chain. */
    static @Nullable FirewallRules read(String text) {
        Matcher policy = POLICY.matcher(text);
        if (!policy.find()) {
            return null;
        }
        SortedSet<Opening> openings = new TreeSet<>();
        Matcher opening = OPENING.matcher(text);
        while (opening.find()) {
            openings.add(new Opening(opening.group(3), Integer.parseInt(opening.group(4)), source(opening)));
        }
        return new FirewallRules(policy.group(1).equals("drop"), openings);
    }

    private static String source(Matcher opening) {
        String address = opening.group(1);
        if (address != null) {
            // One address is listed without its prefix.
            return network(
                    address.indexOf('/') >= 0 ? address : address + (address.indexOf(':') >= 0 ? "/128" : "/32"));
        }
        String family = opening.group(2);
        return family == null ? "" : family.equals("ipv6") ? network("::/0") : "0.0.0.0/0";
    }

    /**
     * A network in one form.
     *
     * @throws SettingRefused when it is none, or has bits behind its prefix
     */
    static String network(String text) {
        Matcher cidr = CIDR.matcher(text);
        if (!cidr.matches() || !isLiteral(cidr.group(1))) {
            throw Fields.invalid("'" + Fields.cut(text) + "' is not a network such as 10.0.0.0/8 or fd00::/8");
        }
        try {
            // Of a literal nothing is asked of the network.
            byte[] address = InetAddress.getByName(cidr.group(1)).getAddress();
            int prefix = Integer.parseInt(cidr.group(2));
            if (prefix > address.length * 8) {
                throw Fields.invalid("'" + text + "' has a prefix longer than its address");
            }
            byte[] network = masked(address, prefix);
            if (!Arrays.equals(address, network)) {
                throw Fields.invalid("'" + text + "' has bits behind its prefix: write "
                        + InetAddress.getByAddress(network).getHostAddress() + "/" + prefix);
            }
            return text.toLowerCase(Locale.ROOT).indexOf(':') < 0 ? text : Ipv6Text.of(address) + "/" + prefix;
        } catch (UnknownHostException e) {
            throw Fields.invalid("'" + Fields.cut(text) + "' is not a network such as 10.0.0.0/8 or fd00::/8");
        }
    }

    private static boolean isLiteral(String address) {
        return address.indexOf(':') >= 0
                || address.matches("(25[0-5]|2[0-4][0-9]|1?[0-9]{1,2})([.](25[0-5]|2[0-4][0-9]|1?[0-9]{1,2})){3}");
    }

    private static byte[] masked(byte[] address, int prefix) {
        byte[] network = address.clone();
        for (int bit = prefix; bit < network.length * 8; bit++) {
            network[bit / 8] &= (byte) ~(0x80 >> (bit % 8));
        }
        return network;
    }
}
