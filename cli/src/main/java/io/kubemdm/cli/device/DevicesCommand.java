package io.kubemdm.cli.device;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.kubemdm.cli.cluster.ClusterAccess;
import io.kubemdm.cli.terminal.Output;
import io.kubemdm.cli.terminal.Table;
import io.kubemdm.crds.device.Device;
import io.kubemdm.crds.wiperequest.WipeRequest;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code kubemdm get devices}. */
@Command(
        name = "devices",
        description = "List devices with their connection, policies and latest wipe request.",
        footer = {
            "",
            "Examples:",
            "  kubemdm get devices -n acme -l group=laptops",
            "  kubemdm get devices -A --stale -o name"
        })
public final class DevicesCommand implements Callable<Integer> {

    @Option(
            names = {"-A", "--all-namespaces"},
            description = "Devices of every namespace.")
    private boolean everywhere;

    @Option(
            names = {"-l", "--selector"},
            paramLabel = "SELECTOR",
            description = "Label selector, as kubectl takes it.")
    private @Nullable String selector;

    @Option(names = "--stale", description = "Only devices that are not heard now: Stale or Offline.")
    private boolean stale;

    @Option(names = "--failing", paramLabel = "RULE", description = "Only devices that break this rule of a policy.")
    private @Nullable String failing;

    @Mixin
    private ClusterAccess cluster = new ClusterAccess();

    @Mixin
    private Output output = new Output();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        List<DeviceRow> rows;
        try (KubernetesClient client = cluster.connect()) {
            rows = DeviceRow.of(devices(client), wipes(client)).stream()
                    .filter(row -> !stale || row.stale())
                    .filter(row -> failing == null || row.failingRules().contains(failing))
                    .toList();
        }
        PrintWriter out = spec.commandLine().getOut();
        Ansi ansi = spec.commandLine().getColorScheme().ansi();
        List<String> names =
                rows.stream().map(row -> "device.kubemdm.io/" + row.name()).toList();
        output.print(out, rows, names, writer -> tell(writer, rows, ansi));
        return 0;
    }

    private List<Device> devices(KubernetesClient client) {
        return everywhere
                ? client.resources(Device.class)
                        .inAnyNamespace()
                        .withLabelSelector(selector)
                        .list()
                        .getItems()
                : client.resources(Device.class)
                        .inNamespace(cluster.namespace(client))
                        .withLabelSelector(selector)
                        .list()
                        .getItems();
    }

    private List<WipeRequest> wipes(KubernetesClient client) {
        return everywhere
                ? client.resources(WipeRequest.class).inAnyNamespace().list().getItems()
                : client.resources(WipeRequest.class)
                        .inNamespace(cluster.namespace(client))
                        .list()
                        .getItems();
    }

    private void tell(PrintWriter out, List<DeviceRow> rows, Ansi ansi) {
        if (rows.isEmpty()) {
            out.println("No devices.");
            return;
        }
        boolean wide = output.wide();
        Table table = wide
                ? Table.wide("NAMESPACE", "NAME", "PHASE", "CONNECTED", "POLICIES", "WIPE", "SINCE", "AGENT", "FAILING")
                : failing == null
                        ? new Table("NAMESPACE", "NAME", "PHASE", "CONNECTED", "POLICIES", "WIPE")
                        : new Table("NAMESPACE", "NAME", "PHASE", "CONNECTED", "POLICIES", "WIPE", "FAILING");
        for (DeviceRow row : rows) {
            List<String> cells = new ArrayList<>(List.of(
                    row.namespace(),
                    row.name(),
                    coloured(row.phase()),
                    coloured(row.connected()),
                    row.policiesText(),
                    row.wipe()));
            if (wide) {
                cells.addAll(List.of(row.since(), row.agentVersion()));
            }
            if (wide || failing != null) {
                cells.add(row.failingRules().isEmpty() ? "-" : String.join(", ", row.failingRules()));
            }
            table.row(cells.toArray(String[]::new));
        }
        table.print(out, ansi);
    }

    private static String coloured(String word) {
        return switch (word) {
            case "Online", "Enrolled" -> "@|green " + word + "|@";
            case "Stale", "Quarantined", "Wiping" -> "@|yellow " + word + "|@";
            case "Offline", "Conflict" -> "@|red " + word + "|@";
            default -> word;
        };
    }
}
