package io.kubemdm.cli.verify;

import picocli.CommandLine.Command;

/** {@code kubemdm verify}. */
@Command(
        name = "verify",
        description = "Check signed documents without a cluster.",
        subcommands = {VerifyReceiptCommand.class, VerifyBundleCommand.class})
public final class VerifyCommand {}
