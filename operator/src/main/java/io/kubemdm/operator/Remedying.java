package io.kubemdm.operator;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.kubemdm.operator.compliance.Notifier;
import io.kubemdm.operator.compliance.QuarantinePurse;
import io.kubemdm.operator.compliance.Remedies;
import io.kubemdm.operator.compliance.RemedyRecordDecision;
import io.kubemdm.operator.dispatch.CommandLanes;
import io.kubemdm.operator.dispatch.Dispatcher;
import io.kubemdm.operator.dispatch.Memory;
import io.kubemdm.operator.fleet.Fleet;
import io.kubemdm.operator.ownrequest.OwnRequests;
import io.micrometer.core.instrument.Metrics;
import java.time.Clock;

/** What follows from compliance: the parts put together. */
final class Remedying implements AutoCloseable {

    private final Notifier notifier;
    private final Remedies remedies;

    Remedying(
            Settings settings,
            KubernetesClient client,
            Dispatcher dispatcher,
            Memory memory,
            Fleet fleet,
            CommandLanes lanes,
            OwnRequests requests,
            Clock clock) {
        this.notifier = new Notifier(
                dispatcher, memory.decisions(), client, settings.notifications(), settings.replica(), clock);
        QuarantinePurse purse = new QuarantinePurse(
                settings.quarantine(),
                namespace -> memory.decisions()
                        .in(namespace, RemedyRecordDecision.class)
                        .flatMap(each -> each.getValue().spent().stream()),
                fleet::enrolled,
                Metrics.globalRegistry);
        this.remedies = new Remedies(new Remedies.Parts(
                dispatcher, memory.issued(), memory.decisions(), purse, lanes, requests, notifier, clock));
    }

    Remedies remedies() {
        return remedies;
    }

    void start() {
        notifier.start();
    }

    @Override
    public void close() {
        notifier.close();
    }
}
