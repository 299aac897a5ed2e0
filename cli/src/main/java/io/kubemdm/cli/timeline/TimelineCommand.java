package io.kubemdm.cli.timeline;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.kubemdm.cli.CliFailure;
import io.kubemdm.cli.ExitCode;
import io.kubemdm.cli.audit.QueryAccess;
import io.kubemdm.cli.audit.QueryClient;
import io.kubemdm.cli.cluster.ClusterAccess;
import io.kubemdm.cli.terminal.Output;
import io.kubemdm.cli.terminal.Table;
import io.kubemdm.crds.wipeapproval.WipeApproval;
import io.kubemdm.crds.wiperequest.WipeRequest;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code kubemdm timeline}. */
@Command(
        name = "timeline",
        description = {
            "Tell what happened to a device, or with a wipe: when, what, by whom.",
            "",
            "Events come from the audit log, requests and approvals from the cluster. Times are local; -o json has "
                    + "them in UTC and tells everything in full."
        },
        footer = {"", "Examples:", "  kubemdm timeline d-abc -n acme", "  kubemdm timeline wipe/lock-x7k2p -n acme"})
public final class TimelineCommand implements Callable<Integer> {

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSS", Locale.ROOT);

    @Parameters(
            paramLabel = "DEVICE|WIPE",
            description = "A Device or a WipeRequest; device/NAME or wipe/NAME where both have that name.")
    private String subject = "";

    @Mixin
    private ClusterAccess cluster = new ClusterAccess();

    @Mixin
    private QueryAccess query = new QueryAccess();

    @Mixin
    private Output output = new Output();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException {
        List<Moment> story = query.ask(cluster, this::story);
        if (story.isEmpty()) {
            throw new CliFailure(ExitCode.NOT_FOUND, "nothing is known of " + subject + ": is the namespace right?");
        }
        output.print(
                spec.commandLine().getOut(),
                story,
                out -> tell(out, story, spec.commandLine().getColorScheme().ansi(), output.wide()));
        return 0;
    }

    private List<Moment> story(KubernetesClient client, QueryClient log) throws IOException {
        String namespace = cluster.namespace(client);
        WipeRequest wipe = wipe(client, namespace);
        String device = wipe == null
                ? unprefixed("device/")
                : wipe.getSpec().deviceRef().name();
        List<WipeRequest> requests = wipe == null ? requests(client, namespace, device) : List.of(wipe);
        List<WipeApproval> approvals = client.resources(WipeApproval.class)
                .inNamespace(namespace)
                .list()
                .getItems();
        return story(log, namespace + "/" + device, requests, approvals, wipe);
    }

    private static List<Moment> story(
            QueryClient log,
            String device,
            List<WipeRequest> requests,
            List<WipeApproval> approvals,
            @Nullable WipeRequest only)
            throws IOException {
        EventWords words = new EventWords();
        List<Moment> story =
                new ArrayList<>(PeopleWords.tell(requests, approvals).toList());
        log.life(device, line -> {
            if (line.event() != null) {
                Moment moment = words.tell(line.event());
                if (only == null || belongs(moment, only)) {
                    story.add(moment);
                }
            }
        });
        // Stable: events stay in the log's order.
        story.sort(Comparator.comparing(Moment::at));
        return story;
    }

    /** A command's id is the request's uid, a dash and the enrolment. */
    private static boolean belongs(Moment moment, WipeRequest request) {
        return moment.command() != null
                && moment.command().startsWith(request.getMetadata().getUid() + "-");
    }

    private @Nullable WipeRequest wipe(KubernetesClient client, String namespace) {
        if (subject.startsWith("device/")) {
            return null;
        }
        WipeRequest found = client.resources(WipeRequest.class)
                .inNamespace(namespace)
                .withName(unprefixed("wipe/"))
                .get();
        if (found == null && subject.startsWith("wipe/")) {
            throw new CliFailure(
                    ExitCode.NOT_FOUND,
                    "namespace " + namespace + " has no WipeRequest " + unprefixed("wipe/")
                            + "; the timeline of its device still tells what it did");
        }
        return found;
    }

    private String unprefixed(String prefix) {
        return subject.startsWith(prefix) ? subject.substring(prefix.length()) : subject;
    }

    private static List<WipeRequest> requests(KubernetesClient client, String namespace, String device) {
        return client.resources(WipeRequest.class)
                .inNamespace(namespace)
                .withField("spec.deviceRef.name", device)
                .list()
                .getItems();
    }

    /** A table for people. */
    static void tell(PrintWriter out, List<Moment> story, Ansi ansi, boolean wide) {
        Table table = wide ? Table.wide("TIME", "WHAT", "WHO") : new Table("TIME", "WHAT", "WHO");
        story.forEach(moment ->
                table.row(TIME.format(moment.at().atZone(ZoneId.systemDefault())), moment.what(), moment.who()));
        table.print(out, ansi);
    }
}
