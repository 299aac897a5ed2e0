package io.kubemdm.agent;

import io.kubemdm.agent.identity.Identity;
import io.kubemdm.agent.identity.TokenClient;
import io.kubemdm.agent.identity.TokenClient.Answer;
import java.io.PrintWriter;
import java.net.URI;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code kubemdm-agent token}. */
@Command(
        name = "token",
        mixinStandardHelpOptions = true,
        description = {
            "Fetch a short-lived access token for a service and print it.",
            "",
            "The service takes it only on a connection with this device's certificate (RFC 8705)."
        },
        footer = {"", "Example:", "  kubemdm-agent token --audience https://wiki.example.com"})
final class TokenCommand implements Callable<Integer> {

    private static final int DEFAULT_PORT = 12443;

    @Option(
            names = "--audience",
            required = true,
            paramLabel = "URL",
            description = "The service, as a policy in force offers it.")
    private String audience = "";

    @Option(
            names = "--server",
            paramLabel = "URL",
            defaultValue = "${KUBEMDM_ACCESS_URL}",
            description = "Where tokens are given, https://host:port. Default: $$KUBEMDM_ACCESS_URL, else port "
                    + DEFAULT_PORT + " of the gateway's host.")
    private @Nullable String server;

    @Mixin
    private RootOptions options = new RootOptions();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    /** What a script is told. */
    record Told(String accessToken, long expiresInSeconds) {}

    @Override
    public Integer call() {
        AgentConfig config = options.config();
        Identity identity = RootOptions.enrolled(options.store(config));
        return switch (new TokenClient(identity, Clock.systemUTC()).ask(address(identity, config), audience)) {
            case Answer.Token token -> {
                PrintWriter out = spec.commandLine().getOut();
                Told told = new Told(token.value(), token.expiresInSeconds());
                options.print(out, told, () -> out.println(told.accessToken()));
                yield ExitCode.OK.number();
            }
            case Answer.Refused refused -> throw new AgentFailed(ExitCode.REFUSED, refused(refused));
            case Answer.Later later -> throw new AgentFailed(ExitCode.UNREACHABLE, later.because());
            case Answer.Untrusted untrusted -> throw new AgentFailed(ExitCode.UNTRUSTED, untrusted.because());
        };
    }

    private static String refused(Answer.Refused refused) {
        return "no token (" + refused.reason() + "): " + refused.because()
                + (refused.rules().isEmpty() ? "" : "\nrules to mend: " + String.join(", ", refused.rules()));
    }

    private URI address(Identity identity, AgentConfig config) {
        String given = server;
        if (given != null && !given.isEmpty()) {
            try {
                URI uri = URI.create(given.split(",", -1)[0]);
                if ("https".equals(uri.getScheme()) && uri.getHost() != null) {
                    return uri;
                }
            } catch (IllegalArgumentException e) {
                throw new AgentFailed(ExitCode.USAGE, "--server is not a URL: give https://host:port");
            }
            throw new AgentFailed(ExitCode.USAGE, "--server must be https://host:port");
        }
        List<String> hosts = config.gateways().isEmpty()
                ? identity.gateways()
                : config.gateways().stream().map(Object::toString).toList();
        if (hosts.isEmpty()) {
            throw new AgentFailed(ExitCode.USAGE, "no gateway is known: give --server https://host:port");
        }
        String host = hosts.getFirst();
        return URI.create("https://" + host.substring(0, host.lastIndexOf(':')) + ":" + DEFAULT_PORT);
    }
}
