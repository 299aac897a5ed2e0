package io.kubemdm.cli.wipe;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.kubemdm.cli.CliFailure;
import io.kubemdm.cli.ExitCode;
import io.kubemdm.cli.cluster.ClusterAccess;
import io.kubemdm.cli.cluster.Me;
import io.kubemdm.cli.terminal.Output;
import io.kubemdm.crds.Formats;
import io.kubemdm.crds.ObjectRef;
import io.kubemdm.crds.device.Device;
import io.kubemdm.crds.wiperequest.WipePhase;
import io.kubemdm.crds.wiperequest.WipeReason;
import io.kubemdm.crds.wiperequest.WipeRequest;
import io.kubemdm.crds.wiperequest.WipeRequestSpec;
import io.kubemdm.crds.wiperequest.WipeRequestSpecBuilder;
import io.kubemdm.crds.wiperequest.WipeType;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code kubemdm wipe}. */
@Command(
        name = "wipe",
        description = {
            "Ask one device to lock, unlock, retire or erase.",
            "",
            "This makes a WipeRequest. Whether it needs approvals, when it is delivered and what the device "
                    + "answered is in its status; --wait follows it to its end."
        },
        exitCodeListHeading = "%nExit codes with --wait (else see 'kubemdm --help'):%n",
        exitCodeList = {"0:Completed: the device signed that it is done", "1:it ended otherwise, or the time is up"},
        footer = {"", "Example:", "  kubemdm wipe d-abc -n acme --type Lock --reason Lost --wait"})
public final class WipeCommand implements Callable<Integer> {

    @Parameters(paramLabel = "DEVICE", description = "Name of the Device.")
    private String device = "";

    @Option(
            names = "--type",
            required = true,
            paramLabel = "TYPE",
            description = "Lock, Unlock, Retire, SelectiveWipe, FullWipe or CryptoErase.")
    private WipeType type = WipeType.Unrecognised;

    @Option(
            names = "--reason",
            required = true,
            paramLabel = "REASON",
            description = "Lost, Stolen, Offboarding, Compromised, PolicyEscalation, or Other with --justification.")
    private WipeReason reason = WipeReason.Unrecognised;

    @Option(names = "--justification", paramLabel = "TEXT", description = "Why, as a sentence.")
    private @Nullable String justification;

    @Option(names = "--ticket", paramLabel = "TEXT", description = "Reference to a ticket elsewhere.")
    private @Nullable String ticket;

    @Option(
            names = "--expires",
            paramLabel = "DURATION",
            description = "Give up after this time, such as 12h or 7d. Default: 30d.")
    private @Nullable String expires;

    @Option(names = "--name", paramLabel = "NAME", description = "Name of the WipeRequest. Default: a new one.")
    private @Nullable String name;

    @Option(names = "--wait", description = "Follow the request until it has ended.")
    private boolean wait;

    @Option(
            names = "--timeout",
            defaultValue = "10m",
            paramLabel = "DURATION",
            description = "How long to wait. Default: ${DEFAULT-VALUE}.")
    private String timeout = "";

    @Mixin
    private ClusterAccess cluster = new ClusterAccess();

    @Mixin
    private Output output = new Output();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        if (type == WipeType.Unrecognised) {
            throw new CliFailure(
                    ExitCode.USAGE, "--type is Lock, Unlock, Retire, SelectiveWipe, FullWipe or CryptoErase");
        }
        if (reason == WipeReason.Unrecognised) {
            throw new CliFailure(
                    ExitCode.USAGE, "--reason is Lost, Stolen, Offboarding, Compromised, PolicyEscalation or Other");
        }
        if (reason == WipeReason.Other && justification == null) {
            throw new CliFailure(ExitCode.USAGE, "--reason Other needs --justification");
        }
        Duration patience = duration("--timeout", timeout);
        Duration life = expires == null ? null : duration("--expires", expires);
        try (KubernetesClient client = cluster.connect()) {
            WipeRequest created = create(client, life);
            WipeRequest last =
                    wait ? new WipeWatch(client, spec.commandLine().getErr()).untilEnded(created, patience) : created;
            WipeResult result = WipeResult.of(last);
            PrintWriter out = spec.commandLine().getOut();
            output.print(out, result, result.names(), result::tell);
            boolean good = !wait || WipeResult.phase(last) == WipePhase.Completed;
            return (good ? ExitCode.OK : ExitCode.FAILED).number();
        }
    }

    private WipeRequest create(KubernetesClient client, @Nullable Duration life) {
        String namespace = cluster.namespace(client);
        if (client.resources(Device.class)
                        .inNamespace(namespace)
                        .withName(device)
                        .get()
                == null) {
            throw new CliFailure(
                    ExitCode.NOT_FOUND,
                    "namespace " + namespace + " has no Device " + device + ": see kubemdm get devices");
        }
        WipeRequest request = new WipeRequest();
        ObjectMetaBuilder metadata = new ObjectMetaBuilder().withNamespace(namespace);
        request.setMetadata(
                name == null
                        ? metadata.withGenerateName(type.name().toLowerCase(Locale.ROOT) + "-")
                                .build()
                        : metadata.withName(name).build());
        request.setSpec(wanted(Me.name(client), life));
        return client.resource(request).create();
    }

    private WipeRequestSpec wanted(String me, @Nullable Duration life) {
        return WipeRequestSpecBuilder.builder()
                .deviceRef(new ObjectRef(device))
                .requestedBy(me)
                .type(type)
                .reason(reason)
                .justification(justification)
                .ticket(ticket)
                .expiresAt(
                        life == null
                                ? null
                                : Clock.systemUTC()
                                        .instant()
                                        .plus(life)
                                        .truncatedTo(ChronoUnit.SECONDS)
                                        .toString())
                .build();
    }

    private static Duration duration(String option, String text) {
        try {
            return Formats.duration(text);
        } catch (IllegalArgumentException e) {
            throw new CliFailure(ExitCode.USAGE, option + ": " + e.getMessage());
        }
    }
}
