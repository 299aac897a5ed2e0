package io.kubemdm.operator.analysis;

import io.kubemdm.bus.KafkaAccess;
import io.kubemdm.crds.Formats;
import io.kubemdm.crds.rollout.Analysis;
import io.kubemdm.crds.rollout.Comparison;
import io.kubemdm.crds.rollout.Rollout;
import io.kubemdm.crds.rollout.RolloutSpec;
import io.kubemdm.crds.rollout.RolloutStatus;
import io.kubemdm.operator.analysis.AnalysisRecordDecision.Run;
import io.kubemdm.operator.dispatch.Batch;
import io.kubemdm.operator.dispatch.DecisionKey;
import io.kubemdm.operator.dispatch.Decisions;
import io.kubemdm.operator.dispatch.Dispatcher;
import io.kubemdm.operator.intake.DeadLetters;
import io.kubemdm.operator.prometheus.PrometheusSettings;
import io.kubemdm.operator.rollout.HoldDecision.AnalysisVerdict;
import io.kubemdm.operator.rollout.HoldDecision.Outcome;
import io.kubemdm.operator.rollout.ProgressDecision;
import io.kubemdm.operator.rollout.RolloutEvidence;
import io.kubemdm.protocol.analysis.AnalysisDemand;
import io.kubemdm.protocol.analysis.AnalysisSnapshot;
import io.kubemdm.protocol.json.Json;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.BiPredicate;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The analyses of all rollouts: asks engine and Prometheus, looks at what they answer, remembers how far each is. */
public final class Analyses implements RolloutEvidence, AutoCloseable {

    /** Kind of the record on {@code mdm.decisions}. */
    public static final String KIND = "analysis";

    private static final Logger LOG = LoggerFactory.getLogger(Analyses.class);

    /** What waits for somebody else is looked at no oftener. */
    private static final Duration SOONEST = Duration.ofSeconds(1);

    private final Dispatcher dispatcher;
    private final Decisions decisions;
    private final SnapshotBook book;
    private final Function<Rollout, @Nullable String> controlAfter;
    private final QueryLooks queries;
    private final Clock clock;
    private final Map<String, AnalysisDemand> asked = new ConcurrentHashMap<>();

    /**
     * Analyses of all rollouts; reads at once.
     *
     * @param ring hears namespace and name of a rollout of which something was measured; must not block
     * @param controlAfter place in the admission order after which devices are held back, null for nobody; asked once a step
     * @param server where queries go, null for nowhere
     */
    public Analyses(
            KafkaAccess kafka,
            Dispatcher dispatcher,
            Decisions decisions,
            DeadLetters deadLetters,
            BiConsumer<String, String> ring,
            Function<Rollout, @Nullable String> controlAfter,
            @Nullable PrometheusSettings server,
            Clock clock) {
        this.dispatcher = dispatcher;
        this.decisions = decisions;
        this.book = new SnapshotBook(kafka, deadLetters, ring);
        this.controlAfter = controlAfter;
        this.queries = server == null ? QueryLooks.unavailable(clock) : QueryLooks.at(server, ring, clock);
        this.clock = clock;
    }

    /**
     * Takes back what earlier leaders asked about rollouts that are gone.
     *
     * @param exists by namespace and name
     */
    public void sweep(BiPredicate<String, String> exists) {
        book.caughtUp().thenRun(() -> sweepNow(exists)).exceptionally(error -> {
            LOG.warn("demands about rollouts that are gone stay", error);
            return null;
        });
    }

    private void sweepNow(BiPredicate<String, String> exists) {
        Batch batch = dispatcher.open();
        for (String key : book.demands()) {
            String[] parts = key.split("/", -1);
            if (parts.length != 3 || !exists.test(parts[1], parts[2])) {
                batch.analysis(key, null);
            }
        }
        book.all()
                .filter(snapshot -> !exists.test(snapshot.namespace(), snapshot.rollout()))
                .forEach(snapshot -> batch.analysis(snapshot.key(), null));
        submit(batch);
    }

    @Override
    public Map<String, AnalysisVerdict> analysis(Rollout rollout, @Nullable ProgressDecision progress) {
        RolloutSpec spec = rollout.getSpec();
        String namespace = rollout.getMetadata().getNamespace();
        String name = rollout.getMetadata().getName();
        if (progress == null
                || progress.end() != null
                || progress.withdrawn() != null
                || spec.analysis().isEmpty()) {
            queries.forget(namespace, name);
            Batch batch = dispatcher.open();
            withdraw(namespace, name, batch);
            submit(batch);
            return Map.of();
        }
        DecisionKey key = new DecisionKey(KIND, namespace, name);
        AnalysisRecordDecision before = decisions.get(key, AnalysisRecordDecision.class);
        AnalysisRecordDecision now = before != null
                        && before.uid().equals(progress.uid())
                        && before.step() == progress.step().index()
                ? before
                : new AnalysisRecordDecision(
                        progress.uid(),
                        progress.step().index(),
                        controlAfter.apply(rollout),
                        progress.step().openedAt(),
                        Map.of());
        now = looked(namespace, name, spec, progress, now);
        Batch batch = dispatcher.open();
        AnalysisDemand demand = DemandDecision.demand(namespace, name, spec, progress, now.controlAfter());
        if (demand == null) {
            withdraw(namespace, name, batch);
        } else if (!demand.equals(asked.get(demand.key()))) {
            batch.analysis(demand.key(), Json.write(demand));
        }
        if (!now.equals(before)) {
            batch.decide(key, now);
        }
        if (!batch.isEmpty()) {
            dispatcher.commit(batch);
            if (demand != null) {
                asked.put(demand.key(), demand);
            }
        }
        return verdicts(spec, now, clock.instant());
    }

    private AnalysisRecordDecision looked(
            String namespace, String name, RolloutSpec spec, ProgressDecision progress, AnalysisRecordDecision before) {
        List<AnalysisSnapshot> snapshots = book.of(namespace, name).stream()
                .filter(each -> each.uid().equals(before.uid()) && each.step() == before.step())
                .toList();
        Map<String, Run> runs = new HashMap<>();
        for (Analysis analysis : ofStep(spec, before.step())) {
            Run run = before.runs().get(analysis.name());
            Run known = run == null
                    ? Run.first(before.openedAt(), "The first measurement is after " + analysis.interval() + ".")
                    : run;
            runs.put(
                    analysis.name(),
                    analysis.metric().query() == null
                            ? look(spec, before.step(), analysis, known, snapshots)
                            : queries.look(namespace, name, progress, analysis, known));
        }
        return new AnalysisRecordDecision(before.uid(), before.step(), before.controlAfter(), before.openedAt(), runs);
    }

    private Run look(RolloutSpec spec, int step, Analysis analysis, Run before, List<AnalysisSnapshot> snapshots) {
        String refused = refusal(spec, step, analysis);
        if (refused != null) {
            return before.with(Outcome.INCONCLUSIVE, before.lookedAt(), refused);
        }
        Instant now = clock.instant();
        if (!AnalysisDecision.isDue(before, Formats.duration(analysis.interval()), now)) {
            return before; // every snapshot of a partition rings, and merging all of them is work
        }
        Looking looking = new Looking(analysis, snapshots);
        return AnalysisDecision.decide(
                before,
                new AnalysisDecision.Input(
                        analysis.count(),
                        analysis.failureLimit(),
                        analysis.minimumSample(),
                        Formats.duration(analysis.interval()),
                        looking.candidates(),
                        looking.controls(),
                        looking.heard(),
                        AnalysisDecision.FALSE_ALARMS / DemandDecision.shares(spec),
                        looking::look,
                        now));
    }

    /** What cannot be measured, with the remedy; null when it can. */
    private static @Nullable String refusal(RolloutSpec spec, int step, Analysis analysis) {
        if (analysis.compare() == Comparison.Unrecognised) {
            return "compare has a value that this version does not know: use Absolute or VersusControl.";
        }
        boolean last = step == spec.steps().size() - 1;
        return last && analysis.compare() == Comparison.VersusControl
                ? "The last step holds nobody back: remove the analysis from it, or set compare: Absolute."
                : null;
    }

    private static List<Analysis> ofStep(RolloutSpec spec, int index) {
        List<String> names =
                spec.steps().get(Math.min(index, spec.steps().size() - 1)).analysis();
        return spec.analysis().stream()
                .filter(analysis -> names.contains(analysis.name()))
                .toList();
    }

    private static Map<String, AnalysisVerdict> verdicts(RolloutSpec spec, AnalysisRecordDecision record, Instant now) {
        Map<String, AnalysisVerdict> verdicts = new HashMap<>();
        for (Analysis analysis : ofStep(spec, record.step())) {
            Run run = Objects.requireNonNull(record.runs().get(analysis.name()));
            verdicts.put(
                    analysis.name(),
                    new AnalysisVerdict(
                            run.outcome(),
                            run.measured(),
                            run.failed(),
                            run.last(),
                            run.message(),
                            AnalysisDecision.isOver(run) ? null : lookAgain(run, analysis, now)));
        }
        return verdicts;
    }

    /** When its interval is over; when it is over already, it waits for somebody who may forget to ring. */
    private static Instant lookAgain(Run run, Analysis analysis, Instant now) {
        Duration interval = Formats.duration(analysis.interval());
        Instant next = run.lookedAt().plus(interval);
        return next.isAfter(now) ? next : now.plus(interval.compareTo(SOONEST) < 0 ? SOONEST : interval);
    }

    @Override
    public List<RolloutStatus.AnalysisRun> shown(Rollout rollout) {
        AnalysisRecordDecision record = decisions.get(
                new DecisionKey(
                        KIND,
                        rollout.getMetadata().getNamespace(),
                        rollout.getMetadata().getName()),
                AnalysisRecordDecision.class);
        return record == null || !record.uid().equals(rollout.getMetadata().getUid())
                ? List.of()
                : AnalysisView.of(record);
    }

    @Override
    public void forget(Rollout rollout) {
        String namespace = rollout.getMetadata().getNamespace();
        String name = rollout.getMetadata().getName();
        queries.forget(namespace, name);
        Batch batch = dispatcher.open();
        withdraw(namespace, name, batch);
        DecisionKey key = new DecisionKey(KIND, namespace, name);
        if (decisions.get(key, AnalysisRecordDecision.class) != null) {
            batch.forget(key);
        }
        submit(batch);
    }

    /** Nothing more is asked, and what was answered goes. */
    private void withdraw(String namespace, String name, Batch batch) {
        String key = AnalysisDemand.key(namespace, name);
        if (asked.remove(key) != null || book.demands().contains(key)) {
            batch.analysis(key, null);
        }
        book.of(namespace, name).forEach(snapshot -> batch.analysis(snapshot.key(), null));
    }

    private void submit(Batch batch) {
        dispatcher.submit(batch).exceptionally(error -> {
            LOG.warn("a demand that is over stays until somebody looks again", error);
            return null;
        });
    }

    @Override
    public void close() {
        book.close();
        queries.close();
    }
}
