package io.kubemdm.operator;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ListOptions;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.kubemdm.crds.changeapproval.ChangeApproval;
import io.kubemdm.crds.device.Device;
import io.kubemdm.crds.device.Lifecycle;
import io.kubemdm.crds.policybundle.PolicyBundle;
import io.kubemdm.crds.rollout.Rollout;
import io.kubemdm.operator.analysis.Analyses;
import io.kubemdm.operator.approval.ApprovalReconciler;
import io.kubemdm.operator.approval.ChangeApprovalReconciler;
import io.kubemdm.operator.approval.ChangeVotes;
import io.kubemdm.operator.automation.deprovision.Deprovisioning;
import io.kubemdm.operator.automation.deprovision.Triggers;
import io.kubemdm.operator.device.DeviceReconciler;
import io.kubemdm.operator.device.LostLock;
import io.kubemdm.operator.device.Materializer;
import io.kubemdm.operator.device.OrderFlow;
import io.kubemdm.operator.dispatch.CommandLanes;
import io.kubemdm.operator.dispatch.Dispatcher;
import io.kubemdm.operator.dispatch.IssuedDesired;
import io.kubemdm.operator.dispatch.Memory;
import io.kubemdm.operator.fleet.BundleCounts;
import io.kubemdm.operator.fleet.DeviceObjects;
import io.kubemdm.operator.fleet.Fleet;
import io.kubemdm.operator.fleet.KnownDevice;
import io.kubemdm.operator.intake.DeadLetters;
import io.kubemdm.operator.intake.StateIntake;
import io.kubemdm.operator.ownrequest.OwnRequests;
import io.kubemdm.operator.policybundle.PolicyBundleReconciler;
import io.kubemdm.operator.rollout.RolloutAlarm;
import io.kubemdm.operator.rollout.RolloutReconciler;
import io.kubemdm.operator.rollout.StepDecision;
import io.kubemdm.operator.status.StatusWriter;
import io.kubemdm.operator.watch.Bell;
import io.kubemdm.operator.watch.Copy;
import io.kubemdm.operator.watch.Gate;
import io.kubemdm.operator.watch.SilenceWatch;
import io.kubemdm.protocol.bundle.PolicyRef;
import io.kubemdm.protocol.device.DeviceId;
import io.micrometer.core.instrument.Metrics;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The reconcilers, what they share, and who rings whom. */
final class Reconciling implements AutoCloseable {

    private static final Duration OFTEN = Duration.ofMinutes(5);
    private static final ListOptions ONE =
            new ListOptionsBuilder().withLimit(1L).build();

    private final KubernetesClient client;
    private final Flagging flags;
    private final Fleet fleet;
    private final Gate gate = new Gate();
    private final Copy<Device> devices;
    private final Copy<PolicyBundle> bundles;
    private final Copy<Rollout> rollouts;
    private final Copy<ChangeApproval> approvals;
    private final Wiping wiping;
    private final Bell<Device> deviceBell = new Bell<>();
    private final Bell<PolicyBundle> bundleBell = new Bell<>();
    private final Bell<Rollout> rolloutBell = new Bell<>();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("order-flow").daemon().factory());
    private final OrderFlow flow = new OrderFlow(id -> deviceBell.ring(id.namespace(), id.name()), timer);
    private final DeviceReconciler deviceReconciler;
    private final PolicyBundleReconciler bundleReconciler;
    private final ChangeApprovalReconciler approvalReconciler;
    private final RolloutReconciler rolloutReconciler;
    private final Analyses analyses;
    private final StatusWriter statuses;
    private final Materializer materializer;
    private final StateIntake intake;
    private final Deprovisioning deprovisioning;
    private final Remedying remedying;
    private final SilenceWatch silence;
    private volatile @Nullable Controllers controllers;

    Reconciling(
            Settings settings,
            KubernetesClient client,
            Dispatcher dispatcher,
            Memory memory,
            DeadLetters deadLetters,
            Clock clock,
            Runnable end) {
        this.client = client;
        this.flags = new Flagging(
                settings.flags().open(client),
                device -> policies(memory.issued().desired(device)),
                clock);
        this.fleet = new Fleet(clock, flags.gates());
        this.devices = new Copy<>(clock);
        this.bundles = new Copy<>(clock);
        this.rollouts = new Copy<>(clock);
        this.approvals = new Copy<>(clock);
        ChangeVotes votes = new ChangeVotes(client, approvals);
        this.statuses = new StatusWriter(client);
        CommandLanes lanes = new CommandLanes();
        this.wiping = new Wiping(settings.wipes(), client, dispatcher, memory, statuses, fleet, gate, lanes, clock);
        OwnRequests requests = new OwnRequests(client, wiping::isKnown);
        this.deprovisioning = new Deprovisioning(
                new Triggers(dispatcher, memory.decisions()), devices, fleet, requests, settings.lost(), clock);
        this.remedying = new Remedying(settings, client, dispatcher, memory, fleet, lanes, requests, clock);
        this.deviceReconciler = new DeviceReconciler(new DeviceReconciler.Parts(
                dispatcher,
                memory.issued(),
                memory.decisions(),
                fleet,
                new LostLock(requests),
                remedying.remedies(),
                flow,
                deviceBell,
                gate,
                clock));
        BundleCounts counts =
                new BundleCounts(fleet, device -> digests(memory.issued().desired(device)), clock);
        this.bundleReconciler = new PolicyBundleReconciler(
                new PolicyBundleReconciler.Parts(
                        dispatcher,
                        memory.decisions(),
                        statuses,
                        bundles,
                        counts,
                        bundleBell,
                        votes,
                        settings.approvals().bundles(),
                        clock),
                this::ringRolloutsOf);
        this.analyses = new Analyses(
                settings.kafka(),
                dispatcher,
                memory.decisions(),
                deadLetters,
                rolloutBell::ring,
                this::controlAfter,
                settings.prometheus(),
                clock);
        this.rolloutReconciler = new RolloutReconciler(
                new RolloutReconciler.Parts(
                        dispatcher,
                        memory.decisions(),
                        statuses,
                        bundles,
                        fleet,
                        rolloutBell,
                        gate,
                        new RolloutAlarm(client, Metrics.globalRegistry),
                        new Evidence(analyses, flags.gates()),
                        votes,
                        settings.approvals(),
                        clock),
                deviceBell::ring);
        this.approvalReconciler = new ChangeApprovalReconciler(
                new ApprovalReconciler.Parts<>(statuses, approvals, new Bell<>(), gate),
                new ChangeApprovalReconciler.Changes(bundles, rollouts, bundleBell, rolloutBell));
        this.materializer = new Materializer(client, fleet, devices, settings.devicesPerSecond());
        this.silence = new SilenceWatch(client, copies(), settings.informerSilence(), clock, end);
        listen();
        this.intake = new StateIntake(settings.kafka(), fleet, deadLetters, this::stateChanged);
    }

    /** The place after which a rollout's control group begins, null when nobody is held back. */
    private @Nullable String controlAfter(Rollout rollout) {
        String namespace = rollout.getMetadata().getNamespace();
        String name = rollout.getMetadata().getName();
        int eligible = fleet.tally(namespace, name).eligible();
        int others = StepDecision.withoutControl(rollout.getSpec(), eligible);
        return others <= 0 || others >= eligible ? null : fleet.place(namespace, name, others);
    }

    private void listen() {
        devices.onChange(this::deviceChanged);
        bundles.onChange((before, now) -> {
            PolicyBundle either = now == null ? before : now;
            if (either != null) {
                ringRolloutsOf(
                        either.getMetadata().getNamespace(),
                        either.getMetadata().getName());
            }
            forgetStatus(before, now);
            tellApprovers(before, now);
        });
        rollouts.onChange((before, now) -> {
            if (before != null && (now == null || !sameObject(before, now))) {
                rolloutReconciler.forget(before);
            }
            forgetStatus(before, now);
            tellApprovers(before, now);
            flags.want(rollouts);
        });
        flags.listen(rollouts, fleet, deviceBell::ring, rolloutBell::ring);
        approvals.onChange(this::forgetStatus);
        wiping.listen(this::forgetStatus);
    }

    private Map<Class<? extends HasMetadata>, Copy<? extends HasMetadata>> copies() {
        Map<Class<? extends HasMetadata>, Copy<? extends HasMetadata>> copies = new HashMap<>(wiping.copies());
        copies.put(Device.class, devices);
        copies.put(PolicyBundle.class, bundles);
        copies.put(Rollout.class, rollouts);
        copies.put(ChangeApproval.class, approvals);
        return copies;
    }

    private void forgetStatus(@Nullable HasMetadata before, @Nullable HasMetadata now) {
        if (before != null && (now == null || !sameObject(before, now))) {
            statuses.forget(before.getMetadata().getUid());
        }
    }

    private void tellApprovers(@Nullable HasMetadata before, @Nullable HasMetadata now) {
        if (now != null && (before == null || !sameObject(before, now))) {
            approvalReconciler.came(now);
        }
    }

    static boolean sameObject(HasMetadata one, HasMetadata other) {
        return one.getMetadata().getUid().equals(other.getMetadata().getUid());
    }

    private void deviceChanged(@Nullable Device before, @Nullable Device now) {
        Device either = now == null ? before : now;
        if (either == null) {
            return;
        }
        DeviceId id = DeviceObjects.id(either);
        List<String> touched;
        if (now == null) {
            touched = fleet.undeclare(id);
            flags.forget(id);
            deviceReconciler.forget(id);
            materializer.hint(id);
        } else {
            touched = DeviceObjects.declare(fleet, now);
            if (now.getSpec().lifecycle() == Lifecycle.Lost) {
                deprovisioning.ringLost();
            }
        }
        touched.forEach(rollout -> rolloutBell.ring(id.namespace(), rollout));
    }

    private void stateChanged(
            DeviceId id, @Nullable KnownDevice before, @Nullable KnownDevice now, List<String> touched) {
        touched.forEach(rollout -> rolloutBell.ring(id.namespace(), rollout));
        if (before != null && now != null && !before.policies().equals(now.policies())) {
            flow.answered(id);
        }
        if (before == null
                || now == null
                || before.epoch() != now.epoch()
                || !before.commands().equals(now.commands())) {
            wiping.ringAbout(id);
        }
        if (devices.find(id.namespace(), id.name()) == null) {
            if (gate.isOpen()) {
                materializer.hint(id);
            }
        } else if (before == null
                || now == null
                || before.epoch() != now.epoch()
                || (before.enrolment() == null) != (now.enrolment() == null)
                || before.retired() != now.retired()
                || !Objects.equals(before.judged(), now.judged())
                || before.wantsSignatures() != now.wantsSignatures()) {
            deviceBell.ring(id.namespace(), id.name());
        }
    }

    private void ringRolloutsOf(String namespace, String bundle) {
        rollouts.in(namespace)
                .filter(r -> r.getSpec().bundleRef().name().equals(bundle))
                .forEach(r -> rolloutBell.ring(namespace, r.getMetadata().getName()));
    }

    private static List<PolicyRef> policies(@Nullable IssuedDesired issued) {
        return issued == null ? List.of() : issued.policies();
    }

    private static Set<String> digests(@Nullable IssuedDesired issued) {
        return policies(issued).stream().map(PolicyRef::digest).collect(Collectors.toUnmodifiableSet());
    }

    /** From triggers to requests. */
    Deprovisioning deprovisioning() {
        return deprovisioning;
    }

    /** Completes when every device's state has been read. */
    CompletableFuture<Void> statesRead() {
        return intake.caughtUp();
    }

    /** Syncs the informers, then lets reconcilers and the Materializer go. May be tried again when it fails. */
    void start() {
        copies().keySet().forEach(this::requireListed);
        Controllers fresh = new Controllers(client);
        try {
            fresh.register(bundleReconciler, bundles, OFTEN);
            fresh.register(rolloutReconciler, rollouts, OFTEN);
            fresh.register(approvalReconciler, approvals, OFTEN);
            wiping.register(fresh, OFTEN);
            // Nobody should look at all devices at once.
            long jitter = ThreadLocalRandom.current().nextLong(120);
            fresh.registerForIntent(
                    deviceReconciler, devices, Duration.ofHours(6).plusMinutes(jitter));
            fresh.start();
        } catch (RuntimeException e) {
            fresh.close();
            throw e;
        }
        controllers = fresh;
        // Before any device is looked at: one that sees only the lower of two versions would be sent back to it.
        rollouts.values().forEach(rolloutReconciler::recall);
        gate.open();
        analyses.sweep((namespace, name) -> rollouts.find(namespace, name) != null);
        materializer.start();
        deprovisioning.start();
        remedying.start();
        silence.start();
    }

    /** A start of the SDK that fails leaves its threads behind, so none is tried before every kind can be listed. */
    private void requireListed(Class<? extends HasMetadata> kind) {
        client.resources(kind).inAnyNamespace().list(ONE);
    }

    /** Kinds whose informer does not run. */
    List<String> unhealthy() {
        Controllers current = controllers;
        return current == null ? List.of() : current.unhealthy();
    }

    @Override
    public void close() {
        silence.close();
        remedying.close();
        deprovisioning.close();
        materializer.close();
        Controllers current = controllers;
        if (current != null) {
            current.close();
        }
        analyses.close();
        intake.close();
        flags.close();
        timer.shutdownNow();
    }
}
