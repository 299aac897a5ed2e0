package io.kubemdm.cli.change;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.kubemdm.cli.CliFailure;
import io.kubemdm.cli.ExitCode;
import io.kubemdm.cli.cluster.ClusterAccess;
import io.kubemdm.cli.terminal.Output;
import io.kubemdm.cli.terminal.Question;
import io.kubemdm.crds.Decision;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What deciding about a wipe, a bundle and a rollout have in common: options, question, answer. */
public final class Deciding {

    @Option(names = "--reject", description = "Reject it instead.")
    private boolean reject;

    @Option(names = "--comment", paramLabel = "TEXT", description = "Why.")
    private @Nullable String comment;

    @Option(
            names = {"-y", "--yes"},
            description = "Do not ask.")
    private boolean yes;

    @Mixin
    private ClusterAccess cluster = new ClusterAccess();

    @Mixin
    private Output output = new Output();

    /** To the cluster that is meant. */
    public KubernetesClient connect() {
        return cluster.connect();
    }

    /** What is decided about, from the namespace that is meant. */
    public <T extends HasMetadata> T find(KubernetesClient client, Class<T> kind, String name) {
        String namespace = cluster.namespace(client);
        T found = client.resources(kind).inNamespace(namespace).withName(name).get();
        if (found == null) {
            throw new CliFailure(
                    ExitCode.NOT_FOUND, "namespace " + namespace + " has no " + kind.getSimpleName() + " " + name);
        }
        return found;
    }

    /** What is decided. */
    public Decision decision() {
        return reject ? Decision.Reject : Decision.Approve;
    }

    /** Why, null when nothing was said. */
    public @Nullable String comment() {
        return comment;
    }

    /**
     * Refuses the approval of what one has made oneself.
     *
     * @param did what the author did, with the object's name: {@code made base-1.4.0}
     */
    public void forbidOwn(String me, @Nullable String author, String did) {
        if (!reject && me.equals(author)) {
            throw new CliFailure(
                    ExitCode.FORBIDDEN, "you, " + me + ", " + did + " yourself: somebody else must approve it");
        }
    }

    /** Shows what is decided about and asks, unless told not to. */
    public void ask(String me, PrintWriter err, Runnable show) throws IOException {
        if (yes) {
            return;
        }
        show.run();
        if (!Question.agreed(err, decision() + " this as " + me + "?")) {
            throw new CliFailure(ExitCode.FAILED, "nothing was decided");
        }
    }

    /** Creates the approval under a name that begins with that of what it is about. */
    public <T extends HasMetadata> T create(KubernetesClient client, T approval, HasMetadata about) {
        approval.setMetadata(new ObjectMetaBuilder()
                .withNamespace(about.getMetadata().getNamespace())
                .withGenerateName(about.getMetadata().getName() + "-")
                .build());
        return client.resource(approval).create();
    }

    /**
     * Tells what was decided.
     *
     * @param decided what JSON and YAML show
     * @param what it is about and by whom it was, for people
     */
    public void tell(PrintWriter out, HasMetadata approval, Object decided, String what) {
        String name = approval.getMetadata().getName();
        output.print(
                out,
                decided,
                List.of(approval.getKind().toLowerCase(Locale.ROOT) + ".kubemdm.io/" + name),
                to -> to.println(approval.getKind() + " " + name + ": " + what));
    }
}
