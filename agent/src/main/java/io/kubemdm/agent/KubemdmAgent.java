package io.kubemdm.agent;

import picocli.CommandLine.Command;

/** {@code kubemdm-agent}. */
@Command(
        name = "kubemdm-agent",
        mixinStandardHelpOptions = true,
        version = "kubemdm-agent " + Agent.VERSION,
        description = "The program on the device: enrols it, sets what policies want, reports, obeys signed commands.",
        synopsisSubcommandLabel = "COMMAND",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "1:something nobody foresaw; the log has it",
            "2:wrong options, arguments or configuration",
            "3:this device is not enrolled",
            "4:it is enrolled already, or an agent runs",
            "5:the server refused",
            "6:the server does not answer, or cannot now",
            "7:the server is not the one to trust",
            "8:the disk failed",
            "9:the device has left management",
            "10:nobody has approved the device yet"
        })
final class KubemdmAgent {}
