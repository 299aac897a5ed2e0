package io.kubemdm.cli.audit;

import io.kubemdm.protocol.audit.AuditLine;
import java.io.IOException;
import java.util.function.Consumer;

/** A whole log, as {@link AuditLine} says an export holds it. */
@FunctionalInterface
interface AuditSource {

    /** Hands over every line. */
    void read(Consumer<AuditLine> to) throws IOException;
}
