package io.kubemdm.cli.pki;

import picocli.CommandLine.Command;

/** {@code kubemdm pki}. */
@Command(
        name = "pki",
        description = "Make and renew an installation's keys and certificates.",
        subcommands = {PkiInitCommand.class, PkiRenewServersCommand.class, PkiRotateAccessCommand.class})
public final class PkiCommand {}
