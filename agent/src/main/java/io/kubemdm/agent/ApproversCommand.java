package io.kubemdm.agent;

import io.kubemdm.agent.order.Approvers;
import io.kubemdm.protocol.approval.ApproverKeys;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code kubemdm-agent approvers}. */
@Command(
        name = "approvers",
        mixinStandardHelpOptions = true,
        description = "The people whose signatures this device demands before it erases itself.",
        synopsisSubcommandLabel = "(show | document | replace | reset)",
        footer = {
            "",
            "To replace them, a quorum of those in force signs the new document:",
            "  kubemdm-agent approvers document --approvers new_keys --quorum 2 > next.json",
            "  ssh-keygen -Y sign -n approvers@kubemdm.io -f ~/.ssh/id_ed25519 next.json",
            "  kubemdm-agent approvers replace --approvers new_keys --quorum 2 --signature next.json.sig …"
        })
final class ApproversCommand {

    /** The keys that shall be. */
    static final class Next {
        @Option(
                names = "--approvers",
                required = true,
                paramLabel = "FILE",
                description = "Public SSH keys as in authorized_keys.")
        private Path keys = Path.of("");

        @Option(names = "--quorum", required = true, paramLabel = "N", description = "How many of them have to sign.")
        private int quorum;

        ApproverKeys after(@Nullable ApproverKeys present) {
            try {
                ApproverKeys first = ApproverKeys.first(EnrollCommand.file(keys, "--approvers"), quorum);
                return new ApproverKeys(present == null ? 1 : present.version() + 1, quorum, first.keys());
            } catch (IllegalArgumentException e) {
                throw EnrollCommand.usage("--approvers " + keys + ": " + e.getMessage());
            }
        }
    }

    @Mixin
    private RootOptions options = new RootOptions();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private Approvers approvers() {
        return new Approvers(options.store(options.config()));
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }

    @Command(name = "show", mixinStandardHelpOptions = true, description = "Who they are.")
    int show() {
        ApproverKeys keys = approvers().keys();
        if (keys == null) {
            out().println("This device has no approvers: the operator's signature is enough to erase it.");
        } else {
            options.print(out(), keys, () -> {
                out().println("Version " + keys.version() + ", " + keys.quorum() + " of "
                        + keys.keys().size() + " have to sign:");
                keys.keys().forEach(key -> out().println("  " + key));
            });
        }
        out().flush();
        return ExitCode.OK.number();
    }

    @Command(
            name = "document",
            mixinStandardHelpOptions = true,
            description = "Print the text that a quorum of those in force has to sign.")
    int document(@Mixin Next next) {
        out().print(new String(next.after(approvers().keys()).canonical(), StandardCharsets.UTF_8));
        out().flush();
        return ExitCode.OK.number();
    }

    @Command(
            name = "replace",
            mixinStandardHelpOptions = true,
            description = "Put others in their place, with the signatures of a quorum of those in force.")
    int replace(
            @Mixin Next next,
            @Option(
                            names = "--signature",
                            required = true,
                            split = ",",
                            paramLabel = "FILE",
                            description = "What ssh-keygen -Y sign wrote; may be repeated.")
                    List<Path> signatures) {
        Approvers approvers = approvers();
        List<String> armoured = signatures.stream()
                .map(file -> EnrollCommand.file(file, "--signature"))
                .toList();
        try {
            approvers.replace(next.after(approvers.keys()), armoured);
        } catch (IllegalArgumentException e) {
            throw new AgentFailed(ExitCode.REFUSED, String.valueOf(e.getMessage()));
        }
        return show();
    }

    @Command(name = "reset", mixinStandardHelpOptions = true, description = "Take them away; for root at the device.")
    int reset(@Option(names = "--yes", required = true, description = "I am root and mean it.") boolean yes) {
        approvers().reset();
        return show();
    }
}
