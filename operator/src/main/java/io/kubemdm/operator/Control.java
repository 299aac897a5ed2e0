package io.kubemdm.operator;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.kubemdm.operator.analysis.Analyses;
import io.kubemdm.operator.analysis.AnalysisRecordDecision;
import io.kubemdm.operator.automation.AutomationServer;
import io.kubemdm.operator.automation.AutomationSettings;
import io.kubemdm.operator.automation.LeaderSlice;
import io.kubemdm.operator.automation.deprovision.Deprovisioning;
import io.kubemdm.operator.automation.deprovision.TriggerDecision;
import io.kubemdm.operator.automation.scim.ScimService;
import io.kubemdm.operator.compliance.NoticeDecision;
import io.kubemdm.operator.compliance.Notifier;
import io.kubemdm.operator.compliance.Remedies;
import io.kubemdm.operator.compliance.RemedyRecordDecision;
import io.kubemdm.operator.device.StoodDecision;
import io.kubemdm.operator.dispatch.Decisions;
import io.kubemdm.operator.dispatch.Dispatcher;
import io.kubemdm.operator.dispatch.Issued;
import io.kubemdm.operator.dispatch.Memory;
import io.kubemdm.operator.fleet.PublishedBundle;
import io.kubemdm.operator.intake.DeadLetters;
import io.kubemdm.operator.rollout.ProgressDecision;
import io.kubemdm.operator.wiperequest.WipeRecordDecision;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Role {@code control}: takes over and then leads until it is closed. The order is fixed: Lease, fence the predecessor,
 * read what it left to the end, sync the informers, reconcile. Kubernetes or Kafka being away is waited out before
 * leading; a lost Lease, or a dispatcher that cannot go on, ends the process.
 */
public final class Control implements AutoCloseable {

    /** How far taking over has got. */
    public enum Phase {
        WAITING_FOR_KUBERNETES,
        /** Runs for the Lease and does not know yet who has it. */
        CANDIDATE,
        /** Another replica leads. */
        STANDBY,
        WAITING_FOR_KAFKA,
        READING,
        SYNCING,
        LEADING,
        CLOSED
    }

    private static final Logger LOG = LoggerFactory.getLogger(Control.class);
    private static final Duration PAUSE = Duration.ofMillis(500);

    private final Settings settings;
    private final KubernetesClient client;
    private final Vertx vertx;
    private final Clock clock;
    private final Runnable end;
    private final Thread thread = Thread.ofPlatform().name("takeover").daemon().unstarted(this::run);
    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private volatile Phase phase = Phase.WAITING_FOR_KUBERNETES;
    private volatile String trouble = "";
    private volatile boolean closed;
    private volatile int automationPort;
    private volatile List<Reconciling> running = List.of();

    /** @param end ends the process; called at most from other threads than {@link #close()} */
    public Control(Settings settings, KubernetesClient client, Vertx vertx, Clock clock, Runnable end) {
        this.settings = settings;
        this.client = client;
        this.vertx = vertx;
        this.clock = clock;
        this.end = end;
    }

    /** Begins to take over, in the background. */
    public void start() {
        thread.start();
    }

    /** How far it is. */
    public Phase phase() {
        return phase;
    }

    /** What it waits for or what is unhealthy, empty when all is well. */
    public String trouble() {
        for (Reconciling each : running) {
            List<String> unhealthy = each.unhealthy();
            if (!unhealthy.isEmpty()) {
                return "informers not running: " + String.join(", ", unhealthy);
            }
        }
        return trouble;
    }

    private void run() {
        try {
            waitFor("Kubernetes API", client::getKubernetesVersion);
            enter(Phase.CANDIDATE);
            Leadership leadership = opened(new Leadership(client, settings, () -> enter(Phase.STANDBY), end));
            leadership.won().get();
            enter(Phase.WAITING_FOR_KAFKA);
            lead();
        } catch (InterruptedException e) {
            LOG.debug("taking over was interrupted");
        } catch (ExecutionException | RuntimeException e) {
            if (!closed) {
                LOG.error("taking over failed, the process ends", e);
                end.run();
            }
        }
    }

    private void lead() throws InterruptedException {
        Memory memory = new Memory(
                new Issued(),
                new Decisions(Map.of(
                        "device",
                        StoodDecision.class,
                        "policybundle",
                        PublishedBundle.class,
                        "rollout",
                        ProgressDecision.class,
                        Analyses.KIND,
                        AnalysisRecordDecision.class,
                        "wiperequest",
                        WipeRecordDecision.class,
                        "trigger",
                        TriggerDecision.class,
                        Remedies.KIND,
                        RemedyRecordDecision.class,
                        Notifier.KIND,
                        NoticeDecision.class,
                        "user",
                        ScimService.USER_RECORD,
                        "group",
                        ScimService.GROUP_RECORD)));
        DeadLetters deadLetters = opened(waitFor("Kafka", () -> new DeadLetters(settings.kafka())));
        Dispatcher dispatcher = opened(waitFor(
                "Kafka",
                () -> new Dispatcher(settings.kafka(), settings.region(), settings.signer(), memory, clock, end)));
        waitFor("Kafka, to fence the former leader", () -> {
            dispatcher.start();
            return true;
        });
        enter(Phase.READING);
        Reconciling reconciling =
                opened(new Reconciling(settings, client, dispatcher, memory, deadLetters, clock, end));
        CompletableFuture<Void> read = memory.read(settings.kafka(), deadLetters);
        await("the records of the former leader", CompletableFuture.allOf(read, reconciling.statesRead()));
        enter(Phase.SYNCING);
        waitFor("the informers", () -> {
            reconciling.start();
            return true;
        });
        running = List.of(reconciling);
        AutomationSettings automation = settings.automation();
        if (automation != null) {
            serve(automation, dispatcher, memory.decisions(), reconciling.deprovisioning());
        }
        enter(Phase.LEADING);
    }

    /** Opens the door for HR and directory systems, and leads the Service to it. */
    private void serve(
            AutomationSettings automation, Dispatcher dispatcher, Decisions decisions, Deprovisioning deprovisioning) {
        AutomationServer server = opened(AutomationServer.start(
                vertx,
                automation,
                new ScimService(dispatcher, decisions, deprovisioning.triggers(), clock),
                deprovisioning,
                clock));
        automationPort = server.port();
        String address = automation.podAddress();
        if (address != null && !address.startsWith("127.")) {
            opened(LeaderSlice.keep(client, automation.namespace(), address, server.port()));
        }
    }

    /** The port of the door for HR and directory systems, 0 while it is not open. */
    public int automationPort() {
        return automationPort;
    }

    private void enter(Phase next) {
        LOG.info("control phase={} replica={} region={}", next, settings.replica(), settings.region());
        phase = next;
        trouble = "";
    }

    private <T> T waitFor(String what, Callable<T> attempt) throws InterruptedException {
        while (true) {
            try {
                return attempt.call();
            } catch (InterruptedException e) {
                throw e;
            } catch (KafkaException
                    | io.fabric8.kubernetes.client.KubernetesClientException
                    | io.javaoperatorsdk.operator.OperatorException e) {
                trouble = "waiting for " + what + ": " + reason(e);
                LOG.warn("{}", trouble);
                if (e instanceof org.apache.kafka.common.errors.ProducerFencedException) {
                    throw e;
                }
                Thread.sleep(PAUSE);
            } catch (Exception e) {
                throw new IllegalStateException("cannot go on with " + what, e);
            }
            if (closed) {
                throw new InterruptedException();
            }
        }
    }

    private void await(String what, CompletableFuture<?> future) throws InterruptedException {
        while (true) {
            try {
                future.get(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
                return;
            } catch (TimeoutException e) {
                trouble = "reading " + what;
            } catch (ExecutionException e) {
                throw new IllegalStateException("cannot read " + what, e.getCause());
            }
        }
    }

    private static String reason(Throwable error) {
        Throwable root = error;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        return root.getMessage() == null ? root.toString() : root.getMessage();
    }

    private <T extends AutoCloseable> T opened(T part) {
        synchronized (open) {
            open.push(part);
        }
        return part;
    }

    /** Stops reconciling, sends what is queued, gives the Lease up. */
    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        phase = Phase.CLOSED;
        while (true) {
            AutoCloseable part;
            synchronized (open) {
                part = open.poll();
            }
            if (part == null) {
                return;
            }
            try {
                part.close();
            } catch (Exception e) {
                LOG.warn("closing failed part={}", part.getClass().getSimpleName(), e);
            }
        }
    }
}
