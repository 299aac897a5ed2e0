package io.kubemdm.agent.program;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Three real network namespaces: a device at 10.77.1.1 and 10.77.2.1, a peer {@code gate} at 10.77.1.2 and a peer
 * {@code other} at 10.77.2.2, each with a cable to the device and none to each other.
 */
public final class Networks implements AutoCloseable {

    public static final String GATE = "10.77.1.2";
    public static final String OTHER = "10.77.2.2";

    private static final List<String> NAMES = List.of("device", "gate", "other");
    private static final AtomicInteger NEXT = new AtomicInteger();

    private final String ip = Tools.need("ip");
    private final String nft = Tools.need("nft");
    private final String perl = Tools.need("perl");
    private final String id = Long.toString(ProcessHandle.current().pid() * 1000 + NEXT.getAndIncrement() % 1000, 36);
    private final List<Process> servers = new ArrayList<>();

    /** The three of them, up. */
    public Networks() {
        Tools.needRoot();
        try {
            for (String name : NAMES) {
                ip("netns add " + space(name));
                ip("-n " + space(name) + " link set lo up");
            }
            cable("gate", "g", "10.77.1");
            cable("other", "o", "10.77.2");
        } catch (AssertionError e) {
            close();
            throw e;
        }
    }

    private void cable(String peer, String end, String network) {
        ip("-n %s link add %s type veth peer name wire netns %s".formatted(space("device"), end, space(peer)));
        ip("-n %s address add %s.1/24 dev %s".formatted(space("device"), network, end));
        ip("-n %s link set %s up".formatted(space("device"), end));
        ip("-n %s address add %s.2/24 dev wire".formatted(space(peer), network));
        ip("-n %s link set wire up".formatted(space(peer)));
    }

    /** The device's packet filter. */
    public Nft nft() {
        return new Nft(List.of(ip, "netns", "exec", space("device"), nft));
    }

    /** Runs nft on the device, as anybody there could. */
    public String nft(String input) {
        return Tools.output(List.of(ip, "netns", "exec", space("device"), nft, "-f", "-"), input);
    }

    /** Starts something on a port that answers each line with itself. */
    public void serve(String where, int port) {
        start(
                where,
                "use IO::Socket::INET; $| = 1; $s = IO::Socket::INET->new(Listen => 9, LocalPort => " + port
                        + ", ReuseAddr => 1) or die $!; print \"up\\n\"; while ($c = $s->accept) { if (!fork) {"
                        + " while (<$c>) { print $c $_ } exit } }");
    }

    /** A connection that is open. */
    public Conversation talk(String from, String host, int port) {
        return new Conversation(start(
                from,
                "use IO::Socket::INET; $| = 1; $s = IO::Socket::INET->new(PeerAddr => '" + host + "', PeerPort => "
                        + port + ", Timeout => 5) or die $!; print \"up\\n\"; $s->autoflush(1); while (<STDIN>) {"
                        + " print $s $_; $r = ''; eval { local $SIG{ALRM} = sub { die }; alarm 1; $r = <$s>; alarm 0 };"
                        + " print $r eq $_ ? \"heard\\n\" : \"silence\\n\" }"));
    }

    /** Whether a connection can be made; a packet that is dropped takes a second. */
    public boolean reaches(String from, String host, int port) {
        return Tools.run(
                        List.of(
                                ip,
                                "netns",
                                "exec",
                                space(from),
                                perl,
                                "-e",
                                "use IO::Socket::INET; exit(IO::Socket::INET->new(PeerAddr => '" + host
                                        + "', PeerPort => " + port + ", Timeout => 1) ? 0 : 1)"),
                        "")
                .isGood();
    }

    /** An open connection, spoken over line by line. */
    public record Conversation(Process process) {
        /** Whether a line is answered within a second. */
        public boolean isAnswered() {
            try {
                process.outputWriter().write("hello\n");
                process.outputWriter().flush();
                return "heard".equals(process.inputReader().readLine());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private Process start(String where, String program) {
        try {
            Process process = new ProcessBuilder(ip, "netns", "exec", space(where), perl, "-e", program)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            servers.add(process);
            BufferedReader said = process.inputReader();
            if (!"up".equals(said.readLine())) {
                throw new IllegalStateException("nothing runs in " + where + ": " + program);
            }
            return process;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String space(String name) {
        return "kubemdm-" + id + "-" + name;
    }

    private void ip(String arguments) {
        List<String> command = new ArrayList<>(List.of(ip));
        command.addAll(List.of(arguments.split(" ", -1)));
        Tools.output(command, "");
    }

    @Override
    public void close() {
        for (Process server : servers) {
            server.descendants().forEach(ProcessHandle::destroyForcibly);
            server.destroyForcibly();
        }
        for (String name : NAMES) {
            Tools.run(List.of(ip, "netns", "delete", space(name)), "");
        }
    }
}
