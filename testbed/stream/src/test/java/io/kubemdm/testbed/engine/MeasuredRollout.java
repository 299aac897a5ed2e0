package io.kubemdm.testbed.engine;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.kubemdm.bus.KafkaAccess;
import io.kubemdm.crds.LabelSelector;
import io.kubemdm.crds.ObjectRef;
import io.kubemdm.crds.rollout.Analysis;
import io.kubemdm.crds.rollout.AnalysisBuilder;
import io.kubemdm.crds.rollout.Comparison;
import io.kubemdm.crds.rollout.Rollout;
import io.kubemdm.crds.rollout.RolloutSpecBuilder;
import io.kubemdm.crds.rollout.RolloutStatus.AnalysisRun;
import io.kubemdm.crds.rollout.StepBuilder;
import io.kubemdm.operator.analysis.Analyses;
import io.kubemdm.operator.analysis.AnalysisRecordDecision;
import io.kubemdm.operator.dispatch.Decisions;
import io.kubemdm.operator.dispatch.Dispatcher;
import io.kubemdm.operator.dispatch.Issued;
import io.kubemdm.operator.dispatch.Memory;
import io.kubemdm.operator.intake.DeadLetters;
import io.kubemdm.operator.rollout.HoldDecision.Outcome;
import io.kubemdm.operator.rollout.ProgressDecision;
import io.kubemdm.operator.rollout.ProgressDecision.End;
import io.kubemdm.operator.rollout.ProgressDecision.Frozen;
import io.kubemdm.operator.rollout.ProgressDecision.OpenStep;
import io.kubemdm.operator.rollout.ProgressDecision.Stage;
import io.kubemdm.operator.rollout.ReachDecision.Reach;
import io.kubemdm.protocol.bundle.AdmissionOrder;
import io.kubemdm.protocol.bundle.PolicyRef;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.message.DeviceDeclared;
import io.kubemdm.protocol.message.Heartbeat;
import io.kubemdm.protocol.message.MessageId;
import io.kubemdm.protocol.trust.Signer;
import java.time.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A rollout that is measured: 24 devices with the bundle and 24 held back, and the control side that asks about them. */
@SuppressWarnings("FutureReturnValueIgnored") // what Kafka did not take shows as a missing measurement
final class MeasuredRollout implements AutoCloseable {

    private static final int EACH = 24;
    private static final PolicyRef BUNDLE = new PolicyRef("measured", "2.0.0", "sha256:" + "c".repeat(64));
    private static final String NAMESPACE = "measured";
    private static final String NAME = "measured-2";

    private final Region region;
    private final Dispatcher dispatcher;
    private final DeadLetters deadLetters;
    private final Analyses analyses;
    private final Rollout rollout = rollout();
    private final Instant openedAt = Instant.now();
    private final List<DeviceId> devices = IntStream.range(0, 2 * EACH)
            .mapToObj(i -> new DeviceId(NAMESPACE, "d-" + i))
            .sorted(Comparator.comparing(MeasuredRollout::place))
            .toList();
    private long n;

    MeasuredRollout(Region region, KafkaAccess operator, Signer signer) {
        this.region = region;
        Memory memory = new Memory(new Issued(), new Decisions(Map.of(Analyses.KIND, AnalysisRecordDecision.class)));
        this.deadLetters = new DeadLetters(operator);
        this.dispatcher = new Dispatcher(operator, "test", signer, memory, Clock.systemUTC(), () -> {});
        dispatcher.start();
        this.analyses = new Analyses(
                operator,
                dispatcher,
                memory.decisions(),
                deadLetters,
                (namespace, name) -> {},
                any -> place(devices.get(EACH - 1)),
                null,
                Clock.systemUTC());
    }

    private static String place(DeviceId device) {
        return AdmissionOrder.place(device.name(), BUNDLE.digest());
    }

    void enrol() {
        for (DeviceId device : devices) {
            region.enrolAndOpen(device);
            region.tell(
                    device,
                    MessageId.NONE,
                    new DeviceDeclared(
                            "u-" + device.name(),
                            1,
                            JsonNodeFactory.instance.objectNode().put("platform", "Linux"),
                            Map.of("ring", "all")));
        }
    }

    /** A heartbeat of each, before the rollout or while the admitted ones have the bundle and use more. */
    void beat(boolean applied) {
        n++;
        for (int i = 0; i < devices.size(); i++) {
            boolean has = applied && i < EACH;
            int drain = 60 + i % 10 * 5 + (has ? 40 : 0);
            region.tell(
                    devices.get(i),
                    new MessageId(1, n),
                    new Heartbeat(
                            Instant.now(),
                            0,
                            has ? List.of(BUNDLE) : List.of(),
                            Map.of(
                                    "battery",
                                    JsonNodeFactory.instance.objectNode().put("drainPermillePerHour", drain))));
        }
    }

    /** Asks and looks. */
    Outcome look() {
        return Objects.requireNonNull(analyses.analysis(rollout, progress(null)).get("drain"))
                .outcome();
    }

    AnalysisRun shown() {
        return analyses.shown(rollout).getFirst();
    }

    void end() {
        analyses.analysis(rollout, progress(new End(Stage.ABORTED, "drain", Instant.now())));
    }

    private ProgressDecision progress(@Nullable End end) {
        String threshold = place(devices.get(EACH - 1));
        return new ProgressDecision(
                "u-measured",
                new Frozen(BUNDLE, List.of("Linux"), 1, false),
                new Reach(new LabelSelector(Map.of("ring", "all"), List.of()), null, List.of()),
                new OpenStep(0, threshold, threshold, openedAt, openedAt, null, null),
                openedAt,
                List.of(),
                null,
                end);
    }

    private static Rollout rollout() {
        Rollout rollout = new Rollout();
        rollout.setMetadata(new ObjectMetaBuilder()
                .withNamespace(NAMESPACE)
                .withName(NAME)
                .withUid("u-measured")
                .build());
        rollout.setSpec(RolloutSpecBuilder.builder()
                .bundleRef(new ObjectRef("measured-2"))
                .selector(new LabelSelector(Map.of("ring", "all"), List.of()))
                .steps(List.of(
                        StepBuilder.builder()
                                .name("some")
                                .percent(50)
                                .analysis(List.of("drain"))
                                .build(),
                        StepBuilder.builder().name("all").percent(100).build()))
                .controlPercent(20)
                .analysis(List.of(AnalysisBuilder.builder()
                        .name("drain")
                        .metric(new Analysis.Metric("battery.drainPermillePerHour", null))
                        .compare(Comparison.VersusControl)
                        .failWhen("candidate > control * 1.1")
                        .interval("1s")
                        .count(100)
                        .build()))
                .build());
        return rollout;
    }

    @Override
    public void close() {
        analyses.close();
        dispatcher.close();
        deadLetters.close();
    }
}
