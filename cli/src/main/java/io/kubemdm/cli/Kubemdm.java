package io.kubemdm.cli;

import io.kubemdm.cli.audit.AuditCommand;
import io.kubemdm.cli.device.GetCommand;
import io.kubemdm.cli.pki.PkiCommand;
import io.kubemdm.cli.plan.PlanCommand;
import io.kubemdm.cli.rollout.RolloutCommand;
import io.kubemdm.cli.terminal.Table;
import io.kubemdm.cli.timeline.TimelineCommand;
import io.kubemdm.cli.token.TokenCommand;
import io.kubemdm.cli.validate.ValidateCommand;
import io.kubemdm.cli.verify.VerifyCommand;
import io.kubemdm.cli.wipe.ApproveCommand;
import io.kubemdm.cli.wipe.ReceiptCommand;
import io.kubemdm.cli.wipe.WipeCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command {@code kubemdm}, also {@code kubectl mdm}. */
@Command(
        name = "kubemdm",
        description = "Devices, manifests, rollouts, wipes, the audit log, enrolment tokens and keys of KubeMDM.",
        versionProvider = VersionCommand.class,
        subcommands = {
            GetCommand.class,
            PlanCommand.class,
            RolloutCommand.class,
            TimelineCommand.class,
            WipeCommand.class,
            ApproveCommand.class,
            AuditCommand.class,
            ReceiptCommand.class,
            ValidateCommand.class,
            VerifyCommand.class,
            TokenCommand.class,
            PkiCommand.class,
            CompletionCommand.class,
            VersionCommand.class
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "1:failed",
            "2:wrong options or arguments",
            "3:an object or file does not exist",
            "4:it exists already, or has changed meanwhile",
            "5:the cluster does not allow it",
            "6:the cluster does not answer"
        })
public final class Kubemdm {

    private Kubemdm() {}

    /** Runs the program and ends the process. */
    public static void main(String... arguments) {
        System.exit(commandLine().execute(arguments));
    }

    /** The whole command tree, ready to execute; streams may be replaced by the caller. */
    public static CommandLine commandLine() {
        CommandLine line = new CommandLine(new Kubemdm())
                .setCommandName(System.getProperty("kubemdm.name", "kubemdm"))
                .setUsageHelpWidth(Table.WIDTH)
                .setExecutionExceptionHandler(new FailureReport());
        everywhere(line);
        return line;
    }

    private static void everywhere(CommandLine line) {
        line.getCommandSpec().mixinStandardHelpOptions(true);
        line.getCommandSpec().usageMessage().synopsisSubcommandLabel("COMMAND");
        line.getSubcommands().values().forEach(Kubemdm::everywhere);
    }
}
