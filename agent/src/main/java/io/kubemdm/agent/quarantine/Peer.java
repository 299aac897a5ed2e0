package io.kubemdm.agent.quarantine;

/**
 * Somebody whom a device in quarantine may talk to.
 *
 * @param host name or address, without brackets
 * @param port of TCP, 1 to 65535; 0 for everything
 */
public record Peer(String host, int port) {

    public Peer {
        if (!host.matches("[A-Za-z0-9._:-]{1,253}") || port < 0 || port > 65535) {
            throw new IllegalArgumentException("'" + host + "' is not a host or host:port with a port of 1 to 65535");
        }
    }

    /**
     * Reads {@code host}, {@code host:port}, {@code [v6]} or {@code [v6]:port}.
     *
     * @throws IllegalArgumentException naming what is wrong
     */
    public static Peer parse(String text) {
        boolean bracketed = text.startsWith("[") && text.indexOf(']') > 0;
        String host = bracketed ? text.substring(1, text.indexOf(']')) : text;
        String rest = bracketed ? text.substring(text.indexOf(']') + 1) : "";
        int colon = text.indexOf(':');
        if (!bracketed && colon >= 0 && colon == text.lastIndexOf(':')) {
            host = text.substring(0, colon);
            rest = text.substring(colon);
        }
        if (rest.isEmpty()) {
            return new Peer(host, 0);
        }
        if (!rest.matches(":[0-9]{1,5}") || Integer.parseInt(rest.substring(1)) == 0) {
            throw new IllegalArgumentException("'" + text + "' is not a host or host:port with a port of 1 to 65535");
        }
        return new Peer(host, Integer.parseInt(rest.substring(1)));
    }

    @Override
    public String toString() {
        String shown = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
        return port == 0 ? shown : shown + ":" + port;
    }
}
