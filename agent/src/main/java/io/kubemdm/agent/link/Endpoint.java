package io.kubemdm.agent.link;

import java.util.ArrayList;
import java.util.List;

/**
 * A gateway's address.
 *
 * @param host name or address, without brackets
 * @param port 1 to 65535
 */
public record Endpoint(String host, int port) {

    private static final String SCHEME = "wss://";

    public Endpoint {
        if (host.isEmpty() || port < 1 || port > 65535) {
            throw new IllegalArgumentException(
                    "'" + host + ":" + port + "' is not host:port with a port of 1 to 65535");
        }
    }

    /**
     * Reads {@code host:port}, {@code [v6]:port}, or either as {@code wss://host:port}.
     *
     * @throws IllegalArgumentException naming what is wrong
     */
    public static Endpoint parse(String address) {
        String text = address.startsWith(SCHEME) ? address.substring(SCHEME.length()) : address;
        int colon = text.lastIndexOf(':');
        if (colon <= 0) {
            throw new IllegalArgumentException("'" + text + "' is not host:port");
        }
        String host = text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        try {
            return new Endpoint(host, Integer.parseInt(text.substring(colon + 1)));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("'" + text + "' is not host:port with a port of 1 to 65535", e);
        }
    }

    /** Reads several, separated by commas. */
    public static List<Endpoint> parseAll(String text) {
        List<Endpoint> endpoints = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            endpoints.add(parse(part.strip()));
        }
        return List.copyOf(endpoints);
    }

    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
