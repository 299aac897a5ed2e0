package io.kubemdm.cli.device;

import picocli.CommandLine.Command;

/** {@code kubemdm get}. */
@Command(name = "get", description = "Show what is in the cluster.", subcommands = DevicesCommand.class)
public final class GetCommand {}
