package io.kubemdm.cli.audit;

import picocli.CommandLine.Command;

/** {@code kubemdm audit}. */
@Command(
        name = "audit",
        description = "Verify and export the audit log.",
        subcommands = {AuditVerifyCommand.class, AuditExportCommand.class})
public final class AuditCommand {}
