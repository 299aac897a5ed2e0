package io.kubemdm.agent;

import io.kubemdm.agent.identity.Identity;
import io.kubemdm.agent.link.Counters;
import io.kubemdm.agent.order.Guard;
import io.kubemdm.agent.order.ReplayGuard;
import io.kubemdm.agent.policy.PolicyRow;
import io.kubemdm.agent.store.Documents;
import io.kubemdm.agent.store.Store;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code kubemdm-agent status}. */
@Command(
        name = "status",
        mixinStandardHelpOptions = true,
        description = "Tell who this device is, whether it is connected, and what is in force.")
final class StatusCommand implements Callable<Integer> {

    @Mixin
    private RootOptions options = new RootOptions();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    /** What is told. */
    record Status(
            String device,
            String server,
            List<String> gateways,
            String certificateNotAfter,
            boolean running,
            boolean connected,
            @Nullable String gateway,
            @Nullable String cause,
            @Nullable String since,
            long epoch,
            long desiredSeq,
            long commandSeq,
            @Nullable String openCommand,
            long boot,
            long session,
            int unacknowledged,
            List<PolicyRow> policies) {}

    @Override
    public Integer call() {
        AgentConfig config = options.config();
        Store store = options.store(config);
        Identity identity = RootOptions.enrolled(store);
        Status status = status(store, identity);
        PrintWriter out = spec.commandLine().getOut();
        options.print(out, status, () -> tell(out, status));
        return ExitCode.OK.number();
    }

    private static Status status(Store store, Identity identity) {
        Guard guard = new ReplayGuard(store, identity.device()).now();
        Counters counters = Counters.read(store);
        StatusFile.Connection link = Documents.read(store, StatusFile.NAME, StatusFile.Connection.class);
        boolean running = link != null && ProcessHandle.of(link.pid()).isPresent();
        return new Status(
                identity.device().toString(),
                identity.server(),
                identity.gateways(),
                identity.notAfter().toString(),
                running,
                running && link.connected(),
                running ? link.gateway() : null,
                running ? link.cause() : null,
                running ? link.since().toString() : null,
                guard.epoch(),
                guard.desiredSeq(),
                guard.commandSeq(),
                guard.open() == null ? null : guard.open().order().id(),
                counters.boot(),
                counters.session(),
                store.list("outbox").size(),
                PolicyRow.read(store));
    }

    private static void tell(PrintWriter out, Status status) {
        out.println("Device:       " + status.device());
        out.println("Server:       " + status.server());
        out.println("Certificate:  until " + status.certificateNotAfter());
        out.println("Connection:   " + connection(status));
        out.println("Orders:       desired " + status.desiredSeq() + ", command " + status.commandSeq() + ", epoch "
                + status.epoch()
                + (status.openCommand() == null ? "" : ", carrying out " + status.openCommand()));
        out.println("Reports:      " + status.unacknowledged() + " waiting to be acknowledged");
        if (status.policies().isEmpty()) {
            out.println("Policies:     none");
        } else {
            out.printf("%-32s %-12s %-10s %s%n", "POLICY", "VERSION", "STATE", "REASON");
            status.policies()
                    .forEach(row -> out.printf(
                            "%-32s %-12s %-10s %s%n", row.policy(), row.version(), row.state(), row.reason()));
        }
    }

    private static String connection(Status status) {
        if (!status.running()) {
            return "no agent is running";
        }
        return status.connected()
                ? "connected to " + status.gateway() + " since " + status.since()
                : "not connected (" + status.cause() + ") since " + status.since();
    }
}
