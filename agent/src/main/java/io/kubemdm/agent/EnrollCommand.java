package io.kubemdm.agent;

import com.fasterxml.jackson.databind.JsonNode;
import io.kubemdm.agent.driver.OshiFacts;
import io.kubemdm.agent.identity.EnrollFailed;
import io.kubemdm.agent.identity.EnrollRequest;
import io.kubemdm.agent.identity.Enrollment;
import io.kubemdm.agent.identity.Identity;
import io.kubemdm.agent.identity.IdentityStore;
import io.kubemdm.agent.identity.ServerTrust;
import io.kubemdm.agent.link.Endpoint;
import io.kubemdm.agent.order.Approvers;
import io.kubemdm.agent.store.Store;
import io.kubemdm.protocol.approval.ApproverKeys;
import io.kubemdm.protocol.trust.Pem;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code kubemdm-agent enroll}. */
@Command(
        name = "enroll",
        mixinStandardHelpOptions = true,
        description = "Make a key on this device and get it a certificate.",
        footer = {
            "",
            "The secret comes with --token namespace/name:secret (as 'kubemdm token create' prints it), from",
            "--secret-file, or from $$KUBEMDM_TOKEN_SECRET, in this order.",
            "",
            "Example:",
            "  kubemdm-agent enroll --server https://mdm.example:9443 --gateway mdm.example:8443 \\",
            "    --ca-pin sha256:0a1b… --token acme/laptops:S3cret"
        })
final class EnrollCommand implements Callable<Integer> {

    private static final int MAX_FILE = 256 << 10;
    private static final int MAX_ATTRIBUTE = 64;

    @Option(
            names = "--server",
            required = true,
            paramLabel = "URL",
            description = "Enrolment server, https://host:port.")
    private URI server = URI.create("https://localhost");

    @Option(
            names = "--gateway",
            split = ",",
            paramLabel = "HOST:PORT",
            description = "Where to connect afterwards; may be repeated. Default: port 8443 of the server's host.")
    private List<String> gateways = List.of();

    @Option(
            names = {"-n", "--namespace"},
            paramLabel = "NAME",
            description = "The tenant's namespace, when not part of --token.")
    private @Nullable String namespace;

    @Option(
            names = "--token",
            required = true,
            paramLabel = "TOKEN",
            description = "Name of the EnrollmentToken, or namespace/name:secret.")
    private String token = "";

    @Option(names = "--secret-file", paramLabel = "FILE", description = "File that holds the token's secret.")
    private @Nullable Path secretFile;

    @ArgGroup(multiplicity = "1")
    private TrustOptions trust = new TrustOptions();

    static final class TrustOptions {
        @Option(names = "--ca", paramLabel = "FILE", description = "PEM file of the root the server is under.")
        private @Nullable Path ca;

        @Option(
                names = "--ca-pin",
                paramLabel = "sha256:…",
                description = "Digest of the root's public key, as 'kubemdm pki init' prints it.")
        private @Nullable String pin;
    }

    @Option(
            names = "--wait",
            paramLabel = "SECONDS",
            defaultValue = "3600",
            description = "How long to wait for a person's approval. Default: ${DEFAULT-VALUE}.")
    private long waitSeconds = 3600;

    @Option(names = "--force", description = "Enrol anew; the device gets a new key and a new name.")
    private boolean force;

    @ArgGroup(exclusive = false)
    private @Nullable ApproverOptions approvers;

    /** Whose signatures the device demands before it erases itself. */
    static final class ApproverOptions {
        @Option(
                names = "--approvers",
                required = true,
                paramLabel = "FILE",
                description = "Public SSH keys of the people who have to sign before this device erases itself, as in "
                        + "authorized_keys. They stay through every later enrolment.")
        private Path keys = Path.of("");

        @Option(names = "--quorum", required = true, paramLabel = "N", description = "How many of them have to sign.")
        private int quorum;
    }

    @Mixin
    private RootOptions options = new RootOptions();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    /** What a person or script is told. */
    record Enrolled(String device, String certificateNotAfter, String server, List<String> gateways) {}

    @Override
    public Integer call() throws InterruptedException {
        AgentConfig config = options.config();
        EnrollRequest request = request();
        Store store = options.store(config);
        Identity identity = RunLock.holding(options.stateFolder(config), () -> enroll(store, request));
        tell(identity);
        return ExitCode.OK.number();
    }

    private Identity enroll(Store store, EnrollRequest request) {
        IdentityStore identities = RootOptions.identities(store);
        Identity present = identities.read();
        if (present != null && !force) {
            throw new AgentFailed(
                    ExitCode.CONFLICT,
                    "this device is enrolled as " + present.device() + ": use --force to enrol it anew");
        }
        found(store);
        try {
            Identity identity = new Enrollment(identities, Clock.systemUTC(), this::rest).enroll(request);
            store.delete(RunCommand.RETIRED);
            return identity;
        } catch (EnrollFailed e) {
            throw new AgentFailed(ExitCode.of(e.kind()), String.valueOf(e.getMessage()));
        }
    }

    private void found(Store store) {
        if (approvers == null) {
            return;
        }
        ApproverKeys first;
        try {
            first = ApproverKeys.first(file(approvers.keys, "--approvers"), approvers.quorum);
        } catch (IllegalArgumentException e) {
            throw usage("--approvers " + approvers.keys + ": " + e.getMessage());
        }
        try {
            new Approvers(store).found(first);
        } catch (IllegalArgumentException e) {
            throw new AgentFailed(ExitCode.CONFLICT, String.valueOf(e.getMessage()));
        }
    }

    private void rest(Duration wait, String because) throws InterruptedException {
        PrintWriter err = spec.commandLine().getErr();
        err.println(because + ", asking again in " + wait.toSeconds() + " s");
        err.flush();
        Thread.sleep(wait);
    }

    private void tell(Identity identity) {
        PrintWriter out = spec.commandLine().getOut();
        Enrolled enrolled = new Enrolled(
                identity.device().toString(), identity.notAfter().toString(), identity.server(), identity.gateways());
        options.print(out, enrolled, () -> {
            out.println("Enrolled as " + enrolled.device() + ".");
            out.println("Certificate until " + enrolled.certificateNotAfter() + "; renewed by itself.");
            out.println("Next:  kubemdm-agent run");
        });
    }

    private EnrollRequest request() {
        if (!"https".equals(server.getScheme()) || server.getHost() == null) {
            throw usage("--server is https://host:port, found '" + server + "'");
        }
        String name = token;
        String tenant = namespace;
        String secret = null;
        int slash = token.indexOf('/');
        int colon = token.indexOf(':', slash + 1);
        if (slash > 0) {
            tenant = token.substring(0, slash);
            name = colon < 0 ? token.substring(slash + 1) : token.substring(slash + 1, colon);
            secret = colon < 0 ? null : token.substring(colon + 1);
        }
        if (tenant == null || tenant.isEmpty()) {
            throw usage("the tenant is missing: give --namespace, or --token namespace/name:secret");
        }
        try {
            List<Endpoint> where = gateways.isEmpty()
                    ? List.of(new Endpoint(server.getHost(), 8443))
                    : gateways.stream().map(Endpoint::parse).toList();
            return new EnrollRequest(
                    server,
                    tenant,
                    name,
                    secret != null ? secret : secret(),
                    serverTrust(),
                    where,
                    attributes(),
                    Duration.ofSeconds(waitSeconds));
        } catch (IllegalArgumentException e) {
            throw usage(String.valueOf(e.getMessage()));
        }
    }

    private String secret() {
        if (secretFile != null) {
            return file(secretFile, "--secret-file").strip();
        }
        String variable = System.getenv("KUBEMDM_TOKEN_SECRET");
        if (variable == null || variable.isBlank()) {
            throw usage("the secret is missing: give --token namespace/name:secret, --secret-file or"
                    + " KUBEMDM_TOKEN_SECRET");
        }
        return variable.strip();
    }

    private ServerTrust serverTrust() {
        if (trust.ca != null) {
            return new ServerTrust.Roots(Pem.certificates(file(trust.ca, "--ca")));
        }
        return new ServerTrust.Pin(String.valueOf(trust.pin));
    }

    private static Map<String, String> attributes() {
        Map<String, String> attributes = new LinkedHashMap<>();
        attributes.put("Kubemdm-Platform", "Linux");
        JsonNode hardware = new OshiFacts().hardware();
        put(attributes, "Kubemdm-Serial", hardware.path("serialNumber").asText());
        put(attributes, "Kubemdm-Model", hardware.path("model").asText());
        put(attributes, "Kubemdm-Vendor", hardware.path("vendor").asText());
        return attributes;
    }

    private static void put(Map<String, String> attributes, String name, String value) {
        String plain = value.replaceAll("[^\\x20-\\x7e]", "").strip();
        if (!plain.isEmpty()) {
            attributes.put(name, plain.length() <= MAX_ATTRIBUTE ? plain : plain.substring(0, MAX_ATTRIBUTE));
        }
    }

    static String file(Path file, String option) {
        try {
            if (Files.size(file) > MAX_FILE) {
                throw usage(option + " " + file + " is larger than " + MAX_FILE + " bytes");
            }
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            throw usage(option + " " + file + " does not exist");
        } catch (IOException e) {
            throw usage(option + " " + file + " cannot be read: " + e.getMessage());
        }
    }

    static AgentFailed usage(String message) {
        return new AgentFailed(ExitCode.USAGE, message);
    }
}
