package io.kubemdm.agent;

import picocli.CommandLine.Command;

/** {@code kubemdm-agent}. */
@Command(
        name = "kubemdm-agent",
        mixinStandardHelpOptions = true,
        version = "kubemdm-agent " + Agent.VERSION,
        description = "The program on the device: enrols it, sets what policies want, reports, obeys signed commands.",
        subcommands = {
            EnrollCommand.class,
            RunCommand.class,
            StatusCommand.class,
            FactsCommand.class,
            TokenCommand.class,
            ApproversCommand.class,
            WarmCommand.class
        },
        footer = {
            "",
            "Exit codes: 0 done, 1 unforeseen, 2 usage, 3 not enrolled, 4 already enrolled or running, 5 refused,",
            "6 unreachable, 7 untrusted server, 8 disk, 9 retired, 10 waiting for approval."
        })
final class KubemdmAgent {}
