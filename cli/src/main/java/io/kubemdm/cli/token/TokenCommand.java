package io.kubemdm.cli.token;

import picocli.CommandLine.Command;

/** {@code kubemdm token}. */
@Command(name = "token", description = "Let devices in: mint enrolment tokens.", subcommands = TokenCreateCommand.class)
public final class TokenCommand {}
