package io.kubemdm.cli.token;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.kubemdm.cli.CliFailure;
import io.kubemdm.cli.ExitCode;
import io.kubemdm.cli.cluster.ClusterAccess;
import io.kubemdm.cli.terminal.Output;
import io.kubemdm.crds.Approval;
import io.kubemdm.crds.Formats;
import io.kubemdm.crds.Ownership;
import io.kubemdm.crds.Platform;
import io.kubemdm.crds.enrollmenttoken.EnrollmentToken;
import io.kubemdm.crds.enrollmenttoken.EnrollmentTokenSpec;
import io.kubemdm.crds.enrollmenttoken.EnrollmentTokenSpecBuilder;
import java.io.PrintWriter;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code kubemdm token create}. */
@Command(
        name = "create",
        description = {
            "Mint an enrolment token and print the command that a device enrols with.",
            "",
            "The secret is shown this once; the cluster keeps only its hash. Whoever holds it may enrol devices: "
                    + "give it an end and, where you can, a number of uses."
        },
        footer = {"", "Example:", "  kubemdm token create laptops -n acme --expires 24h --max-uses 50 -o json"})
public final class TokenCreateCommand implements Callable<Integer> {

    @Parameters(paramLabel = "NAME", description = "Name of the EnrollmentToken.")
    private String name = "";

    @Option(
            names = "--expires",
            defaultValue = "24h",
            paramLabel = "DURATION",
            description = "How long it lets devices in, such as 30m, 24h or 7d. Default: ${DEFAULT-VALUE}.")
    private String expires = "";

    @Option(names = "--max-uses", paramLabel = "N", description = "Most devices it lets in. Default: any number.")
    private @Nullable Integer maxUses;

    @Option(
            names = "--approval",
            defaultValue = "Automatic",
            paramLabel = "KIND",
            description = "Automatic, or Manual: a person approves each device. Default: ${DEFAULT-VALUE}.")
    private Approval approval = Approval.Automatic;

    @Option(
            names = "--ownership",
            defaultValue = "Corporate",
            paramLabel = "KIND",
            description =
                    "Corporate or Personal; a Personal device is never erased whole. " + "Default: ${DEFAULT-VALUE}.")
    private Ownership ownership = Ownership.Corporate;

    @Option(
            names = "--platform",
            paramLabel = "NAME",
            description = "Platform that may enrol, such as Linux; may be repeated. Default: every one.")
    private List<Platform> platforms = List.of();

    @Option(
            names = "--serial-number",
            paramLabel = "TEXT",
            description = "Serial number that may enrol; may be repeated. Default: every one.")
    private List<String> serialNumbers = List.of();

    @Option(
            names = {"-l", "--label"},
            paramLabel = "KEY=VALUE",
            description = "Label that each enrolled Device starts with; may be repeated.")
    private Map<String, String> labels = Map.of();

    @Option(
            names = "--enroll-url",
            paramLabel = "URL",
            description = "Where devices enrol. Default: $$KUBEMDM_ENROLL_URL.",
            defaultValue = "${env:KUBEMDM_ENROLL_URL}")
    private @Nullable String enrollUrl;

    @Option(
            names = "--gateway",
            paramLabel = "HOST:PORT",
            description = "Where devices connect, or several separated by commas. Default: $$KUBEMDM_GATEWAY_URL.",
            defaultValue = "${env:KUBEMDM_GATEWAY_URL}")
    private @Nullable String gateway;

    @Option(
            names = "--ca-pin",
            paramLabel = "sha256:…",
            description = "Pin of the root CA that 'pki init' printed. Default: $$KUBEMDM_CA_PIN.",
            defaultValue = "${env:KUBEMDM_CA_PIN}")
    private @Nullable String caPin;

    @Mixin
    private ClusterAccess cluster = new ClusterAccess();

    @Mixin
    private Output output = new Output();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        Instant now = Clock.systemUTC().instant();
        TokenSecret secret = TokenSecret.random(new SecureRandom());
        EnrollmentTokenSpec wanted = wanted(secret, now);
        try (KubernetesClient client = cluster.connect()) {
            String namespace = cluster.namespace(client);
            EnrollmentToken token = new EnrollmentToken();
            token.setMetadata(new ObjectMetaBuilder()
                    .withName(name)
                    .withNamespace(namespace)
                    .build());
            token.setSpec(wanted);
            client.resource(token).create();
            MintedToken minted = MintedToken.of(
                    namespace, name, secret, wanted.expiresAt(), new MintedToken.Addresses(enrollUrl, gateway, caPin));
            PrintWriter out = spec.commandLine().getOut();
            output.print(out, minted, List.of("enrollmenttoken.kubemdm.io/" + name), minted::tell);
        }
        return 0;
    }

    private EnrollmentTokenSpec wanted(TokenSecret secret, Instant now) {
        require(approval != Approval.Unrecognised, "--approval is Automatic or Manual");
        require(ownership != Ownership.Unrecognised, "--ownership is Corporate or Personal");
        require(!platforms.contains(Platform.Unrecognised), "--platform is a platform's name, such as Linux");
        return EnrollmentTokenSpecBuilder.builder()
                .secretHash(secret.hash())
                .expiresAt(now.plus(life()).truncatedTo(ChronoUnit.SECONDS).toString())
                .maxUses(maxUses)
                .approval(approval)
                .ownership(ownership)
                .platforms(platforms)
                .serialNumbers(serialNumbers)
                .labels(labels)
                .build();
    }

    private Duration life() {
        try {
            return Formats.duration(expires);
        } catch (IllegalArgumentException e) {
            throw new CliFailure(ExitCode.USAGE, "--expires: " + e.getMessage());
        }
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new CliFailure(ExitCode.USAGE, otherwise);
        }
    }
}
