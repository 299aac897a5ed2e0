package io.kubemdm.operator.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubemdm.crds.LabelSelector;
import io.kubemdm.crds.ObjectRef;
import io.kubemdm.crds.rollout.FailureType;
import io.kubemdm.crds.rollout.OfflinePolicy;
import io.kubemdm.crds.rollout.RolloutPhase;
import io.kubemdm.crds.rollout.RolloutSpec;
import io.kubemdm.crds.rollout.RolloutSpecBuilder;
import io.kubemdm.crds.rollout.Step;
import io.kubemdm.crds.rollout.StepBuilder;
import io.kubemdm.operator.fleet.Tally;
import io.kubemdm.operator.rollout.ProgressDecision.Stage;
import io.kubemdm.protocol.message.PolicyReported.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** For any fleet, percentages, arrivals, departures, restarts and lost statuses. */
class RolloutProperties {

    private static final List<OfflinePolicy> POLICIES =
            List.of(OfflinePolicy.CatchUp, OfflinePolicy.Wait, OfflinePolicy.Skip);

    @Property(tries = 60)
    void whateverHappensCountsAreTrueAndNobodyIsLetOut(
            @ForAll @IntRange(min = 1, max = 40) int fleet,
            @ForAll @Size(max = 3) List<@IntRange(min = 0, max = 100) Integer> percents,
            @ForAll boolean canary,
            @ForAll @IntRange(min = 0, max = 2) int policy,
            @ForAll @Size(max = 40) List<@IntRange(min = 0, max = 999_999) Integer> happenings) {
        RolloutSpec spec = spec(percents, canary, POLICIES.get(policy), List.of());
        ModelFleet model = new ModelFleet(spec);
        for (int i = 0; i < fleet; i++) {
            model.arrive();
        }
        Set<String> before = new HashSet<>();
        RolloutPhase phase = model.settle().phase();
        for (int happening : happenings) {
            int step = model.progress == null ? -1 : model.progress.step().index();
            Set<String> named = named(model);
            happen(model, happening);
            phase = model.settle().phase();
            assertSums(model);
            Set<String> now = model.admitted();
            // A step that names devices by a label lets go whom it names no more.
            named.removeAll(named(model));
            before.removeIf(name -> !model.devices.get(name).declared
                    || model.devices.get(name).ring.equals("excluded")
                    || named.contains(name));
            assertThat(now).as("admission is monotonous").containsAll(before);
            before.clear();
            before.addAll(now);
            if (model.progress != null) {
                assertThat(model.progress.step().index()).as("no step closes").isGreaterThanOrEqualTo(step);
            }
            assertRestartChangesNothing(model);
        }
        assertThat(phase).isNotNull();
        assertRollbackTakesEverythingBack(model);
    }

    @Property(tries = 60)
    void aStepAdmitsExactlyItsShareOfWhoeverIsThere(
            @ForAll @IntRange(min = 1, max = 120) int fleet,
            @ForAll @IntRange(min = 1, max = 100) int percent,
            @ForAll @IntRange(min = 0, max = 60) int late,
            @ForAll @IntRange(min = 1, max = 100) int next) {
        int second = Math.max(percent, next);
        ModelFleet model = new ModelFleet(spec(List.of(percent, second), false, OfflinePolicy.CatchUp, List.of()));
        for (int i = 0; i < fleet; i++) {
            model.arrive();
        }
        model.settle();
        assertThat(model.admitted()).hasSize(StepDecision.share(percent, fleet));
        assertThat(model.tally().admitted()).isEqualTo(StepDecision.share(percent, fleet));
        Set<String> first = model.admitted();
        for (int i = 0; i < late; i++) {
            model.arrive();
        }
        model.settle();
        model.devices.values().forEach(device -> model.obey(device, State.Applied));
        model.pass(Duration.ofSeconds(10));
        int already = model.admitted().size();
        model.settle();
        int step = model.progress == null ? -1 : model.progress.step().index();
        assertThat(step).as("all of it is successful").isGreaterThanOrEqualTo(1);
        assertThat(model.admitted()).containsAll(first);
        if (step == 1) {
            assertThat(model.admitted()).hasSize(Math.max(already, StepDecision.share(second, fleet + late)));
        }
    }

    @Property(tries = 60)
    void failuresStopItAtTheirThresholdWhoeverIsAway(
            @ForAll @IntRange(min = 10, max = 60) int fleet,
            @ForAll @Size(min = 60, max = 60) List<@IntRange(min = 0, max = 9) Integer> fates) {
        RolloutSpec.Abort abort = new RolloutSpec.Abort(FailureType.Failed, 20, 5);
        ModelFleet model = new ModelFleet(spec(List.of(50), false, OfflinePolicy.CatchUp, List.of(abort)));
        for (int i = 0; i < fleet; i++) {
            model.arrive();
        }
        model.settle();
        Set<String> admitted = model.admitted();
        int answered = 0;
        int failed = 0;
        List<ModelDevice> tried = new ArrayList<>();
        admitted.forEach(name -> tried.add(model.devices.get(name)));
        for (int i = 0; i < tried.size(); i++) {
            ModelDevice device = tried.get(i);
            if (fates.get(i) < 5) {
                device.connect(false, model.now());
                model.tell(device);
                continue;
            }
            boolean fails = fates.get(i) == 9;
            model.obey(device, fails ? State.Failed : State.Applied);
            answered++;
            failed += fails ? 1 : 0;
        }
        model.pass(Duration.ofSeconds(10));
        model.settle();
        boolean stops = failed > 0 && failed * 100 >= 20 * answered;
        assertThat(model.progress).isNotNull();
        assertThat(model.progress != null && model.progress.ended(Stage.ABORTED))
                .as("%d of %d failed", failed, answered)
                .isEqualTo(stops);
        if (stops) {
            assertThat(model.admitted()).isEmpty();
            assertThat(model.tally().admitted()).isEqualTo(admitted.size());
        }
    }

    private static Set<String> named(ModelFleet model) {
        return model.devices.values().stream()
                .filter(device -> device.ring.equals("canary"))
                .map(device -> device.id.name())
                .collect(Collectors.toCollection(HashSet::new));
    }

    private static void happen(ModelFleet model, int happening) {
        List<ModelDevice> devices = List.copyOf(model.devices.values());
        ModelDevice device = devices.get(happening / 20 % devices.size());
        switch (happening % 20) {
            case 0 -> model.arrive();
            case 1, 2 -> device.declared = !device.declared;
            case 3 -> device.ring = "canary";
            case 4 -> device.ring = "excluded";
            case 5 -> device.ring = "none";
            case 6, 7 -> device.connect(!device.online, model.now());
            case 8 -> model.pass(Duration.ofMinutes(30));
            case 9 -> model.pass(Duration.ofSeconds(20));
            case 10 -> model.restart();
            case 11 -> device.say(State.Failed, model.now());
            case 12 -> device.say(State.Rejected, model.now());
            case 13 -> device.say(State.RolledBack, model.now());
            case 14 -> devices.forEach(each -> each.say(State.Applied, model.now()));
            default -> device.say(State.Applied, model.now());
        }
        model.devices.values().forEach(model::tell);
    }

    private static void assertSums(ModelFleet model) {
        Tally t = model.tally();
        assertThat(t.pending()
                        + t.offline()
                        + t.settling()
                        + t.succeeded()
                        + t.failed()
                        + t.rejected()
                        + t.timedOut()
                        + t.regressed()
                        + t.superseded()
                        + t.returning()
                        + t.rolledBack())
                .isEqualTo(t.admitted());
        assertThat(model.admitted()).hasSize(t.admitted());
        long inForce = model.devices.values().stream()
                .filter(device -> model.admitted().contains(device.id.name()))
                .filter(device -> device.said == State.Applied)
                .count();
        assertThat(t.succeeded() + t.settling())
                .as("success is what devices say is in force")
                .isEqualTo((int) inForce);
    }

    private static void assertRestartChangesNothing(ModelFleet model) {
        Tally tally = model.tally();
        Set<String> admitted = model.admitted();
        ProgressDecision progress = model.progress;
        model.restart();
        model.settle();
        assertThat(model.progress).isEqualTo(progress);
        assertThat(model.tally()).isEqualTo(tally);
        assertThat(model.admitted()).isEqualTo(admitted);
    }

    private static void assertRollbackTakesEverythingBack(ModelFleet model) {
        if (model.progress == null) {
            return;
        }
        int admitted = model.tally().admitted();
        model.edit(RolloutSpecBuilder.builder(model.spec()).enabled(false).build());
        model.settle();
        assertThat(model.admitted()).isEmpty();
        assertThat(model.tally().admitted())
                .as("who was admitted stays counted")
                .isEqualTo(admitted);
        assertThat(model.tally().rolledBack()).isEqualTo(admitted);
        assertThat(model.settle().phase()).isEqualTo(RolloutPhase.RolledBack);
        model.devices.values().forEach(device -> assertThat(device.assigned).isNull());
    }

    private static RolloutSpec spec(
            List<Integer> percents, boolean canary, OfflinePolicy policy, List<RolloutSpec.Abort> abort) {
        List<Step> steps = new ArrayList<>();
        if (canary) {
            steps.add(StepBuilder.builder()
                    .name("canary")
                    .selector(new LabelSelector(Map.of("ring", "canary"), List.of()))
                    .soak("1m")
                    .build());
        }
        percents.stream()
                .sorted()
                .forEach(percent -> steps.add(StepBuilder.builder()
                        .name("p" + steps.size())
                        .percent(percent)
                        .build()));
        steps.add(StepBuilder.builder().name("all").percent(100).build());
        return RolloutSpecBuilder.builder()
                .bundleRef(new ObjectRef("base"))
                .selector(new LabelSelector(Map.of(), List.of()))
                .exclude(new LabelSelector(Map.of("ring", "excluded"), List.of()))
                .steps(steps)
                .success(new RolloutSpec.Success(80, 5, "10s"))
                .abort(abort)
                .deviceTimeout("1h")
                .offlinePolicy(policy)
                .build();
    }
}
