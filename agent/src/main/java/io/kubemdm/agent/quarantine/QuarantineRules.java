package io.kubemdm.agent.quarantine;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Collection;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/** The packet filter of a quarantine as nft(8) reads it: policy drop both ways, then what may pass. */
final class QuarantineRules {

    static final String TABLE = "inet kubemdm_quarantine";

    /**
     * Whom the device may talk to.
     *
     * @param port of TCP, 0 for everything
     */
    record Opening(InetAddress address, int port) {}

    private QuarantineRules() {}

    /** The table that lets through these openings, and DNS to these servers. */
    static String of(Collection<Opening> openings, Collection<InetAddress> dns) {
        SortedSet<String> in = new TreeSet<>();
        SortedSet<String> out = new TreeSet<>();
        for (Opening opening : openings) {
            String port = opening.port() == 0 ? "" : " tcp %s " + opening.port();
            in.add(from(opening.address()) + port.formatted("sport") + " ct state established,related accept");
            out.add(to(opening.address()) + port.formatted("dport") + " accept");
        }
        for (InetAddress server : dns) {
            for (String protocol : List.of("tcp", "udp")) {
                in.add(from(server) + " " + protocol + " sport 53 ct state established accept");
                out.add(to(server) + " " + protocol + " dport 53 accept");
            }
        }
        // What a network needs to exist at all: addresses (DHCP), neighbours and sizes of packets.
        in.add("udp sport 67 udp dport 68 accept");
        out.add("udp sport 68 udp dport 67 accept");
        in.add("ip6 saddr fe80::/10 udp sport 547 udp dport 546 accept");
        out.add("udp sport 546 udp dport 547 accept");
        in.add("icmp type destination-unreachable ct state related accept");
        in.add("icmpv6 type { packet-too-big, nd-router-advert, nd-neighbor-solicit, nd-neighbor-advert } accept");
        out.add(
                "icmpv6 type { nd-router-solicit, nd-neighbor-solicit, nd-neighbor-advert, mld2-listener-report } accept");
        return "table " + TABLE + " {\n"
                + chain("input", "iifname \"lo\" accept", in)
                + chain("output", "oifname \"lo\" accept", out)
                + chain("forward", "", new TreeSet<>())
                + "}\n";
    }

    private static String chain(String hook, String loopback, SortedSet<String> rules) {
        StringBuilder text = new StringBuilder(
                "\tchain " + hook + " {\n\t\ttype filter hook " + hook + " priority filter - 10; policy drop;\n");
        if (!loopback.isEmpty()) {
            text.append("\t\t").append(loopback).append('\n');
        }
        rules.forEach(rule -> text.append("\t\t").append(rule).append('\n'));
        return text.append("\t}\n").toString();
    }

    private static String from(InetAddress address) {
        return family(address) + " saddr " + plain(address);
    }

    private static String to(InetAddress address) {
        return family(address) + " daddr " + plain(address);
    }

    private static String family(InetAddress address) {
        return address instanceof Inet4Address ? "ip" : "ip6";
    }

    /** Without the zone that Java writes behind a link-local address. */
    private static String plain(InetAddress address) {
        String text = address.getHostAddress();
        int zone = text.indexOf('%');
        return zone < 0 ? text : text.substring(0, zone);
    }
}
