package io.kubemdm.operator.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.kubemdm.crds.Approval;
import io.kubemdm.crds.LabelSelector;
import io.kubemdm.crds.ObjectRef;
import io.kubemdm.crds.rollout.Rollout;
import io.kubemdm.crds.rollout.RolloutSpecBuilder;
import io.kubemdm.crds.rollout.Step;
import io.kubemdm.crds.rollout.StepBuilder;
import io.kubemdm.operator.approval.ApprovalSettings;
import io.kubemdm.operator.fleet.Fleet;
import io.kubemdm.operator.fleet.FleetDevice;
import io.kubemdm.operator.fleet.LiveRollout;
import io.kubemdm.operator.fleet.PublishedBundle;
import io.kubemdm.operator.fleet.SampleDevice;
import io.kubemdm.operator.rollout.ProgressDecision.End;
import io.kubemdm.operator.rollout.ProgressDecision.Frozen;
import io.kubemdm.operator.rollout.ProgressDecision.OpenStep;
import io.kubemdm.operator.rollout.ProgressDecision.Stage;
import io.kubemdm.operator.rollout.ReachDecision.Reach;
import io.kubemdm.operator.rollout.RolloutForecast.Barriers;
import io.kubemdm.operator.rollout.RolloutForecast.Hold;
import io.kubemdm.operator.rollout.RolloutForecast.Planned;
import io.kubemdm.protocol.bundle.AdmissionOrder;
import io.kubemdm.protocol.bundle.PolicyRef;
import io.kubemdm.protocol.device.DeviceId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RolloutForecastTest {

    private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");
    private static final PolicyRef REF = new PolicyRef("base", "1.0.0", "sha256:" + "a".repeat(64));
    private static final PublishedBundle BUNDLE = new PublishedBundle("", REF, List.of(), 300, "", NOW, null);
    private static final LabelSelector EVERYBODY = new LabelSelector(Map.of(), List.of());
    private static final int DEVICES = 250;

    private final Fleet fleet = fleet();

    private static Fleet fleet() {
        Fleet fleet = new Fleet(Clock.fixed(NOW, ZoneOffset.UTC));
        for (int i = 0; i < DEVICES; i++) {
            DeviceId id = new DeviceId("acme", "d-" + i);
            fleet.declare(id, true, "Linux", Map.of("ring", i < 7 ? "canary" : "rest"));
            fleet.know(new SampleDevice(id, NOW).online(i % 3 != 0, NOW).known());
        }
        return fleet;
    }

    private static Step step(String name, int percent, UnaryOperator<StepBuilder> more) {
        return more.apply(StepBuilder.builder().name(name).percent(percent)).build();
    }

    private static Rollout rollout(UnaryOperator<RolloutSpecBuilder> more) {
        Rollout rollout = new Rollout();
        rollout.setMetadata(new ObjectMetaBuilder()
                .withNamespace("acme")
                .withName("roll")
                .withUid("uid")
                .build());
        rollout.setSpec(more.apply(RolloutSpecBuilder.builder()
                        .bundleRef(new ObjectRef("base"))
                        .selector(EVERYBODY)
                        .enabled(true)
                        .steps(List.of(
                                step("first", 1, s -> s),
                                step("some", 10, s -> s.soak("30m")),
                                step("all", 100, s -> s))))
                .build());
        return rollout;
    }

    private RolloutForecast forecast(Rollout rollout, @Nullable ProgressDecision progress) {
        return RolloutForecast.of(
                new Planned(rollout, progress, BUNDLE, BUNDLE, null), Barriers.NONE, fleet, ApprovalSettings.NONE, NOW);
    }

    private List<Integer> admitted(RolloutForecast forecast) {
        return forecast.steps().stream()
                .map(each -> (int) devices(each.live()).count())
                .toList();
    }

    private Stream<FleetDevice> devices(LiveRollout live) {
        return fleet.devices()
                .filter(each -> live.selects(each.platform(), each.labels())
                        && live.admits(AdmissionOrder.place(each.id().name(), REF.digest()), each.labels()));
    }

    @Test
    void each_step_admits_its_share_rounded_up_and_the_soak_takes_its_time() {
        RolloutForecast forecast = forecast(rollout(spec -> spec), null);

        assertThat(forecast.hold()).isNull();
        assertThat(admitted(forecast)).containsExactly(3, 25, 250);
        assertThat(forecast.steps())
                .extracting(RolloutForecast.Opened::after)
                .containsExactly(Duration.ZERO, Duration.ZERO, Duration.ofMinutes(30));
    }

    @Test
    void the_control_group_and_steps_that_name_devices_count_as_they_will() {
        RolloutForecast forecast = forecast(
                rollout(spec -> spec.controlPercent(20)
                        .steps(List.of(
                                StepBuilder.builder()
                                        .name("canary")
                                        .selector(new LabelSelector(Map.of("ring", "canary"), List.of()))
                                        .build(),
                                step("most", 95, s -> s),
                                step("all", 100, s -> s)))),
                null);

        assertThat(admitted(forecast).getFirst()).isEqualTo(7);
        assertThat(admitted(forecast).get(1)).isBetween(200, 207);
        assertThat(admitted(forecast).getLast()).isEqualTo(250);
    }

    @Test
    void a_limited_rate_takes_minutes_and_changes_nobody_s_step() {
        RolloutForecast forecast = forecast(rollout(spec -> spec.maxDevicesPerMinute(10)), null);

        assertThat(admitted(forecast)).containsExactly(3, 25, 250);
        assertThat(forecast.steps())
                .extracting(RolloutForecast.Opened::after)
                .containsExactly(Duration.ZERO, Duration.ofMinutes(2), Duration.ofMinutes(2 + 30 + 22));
    }

    @Test
    void what_holds_it_is_said_and_does_not_end_the_forecast() {
        assertThat(forecast(rollout(spec -> spec.paused(true)), null).hold())
                .isEqualTo(new Hold("Paused", "spec.paused is true."));
        assertThat(forecast(rollout(spec -> spec.enabled(false)), null).hold())
                .isEqualTo(new Hold("Disabled", "spec.enabled is false."));
        Rollout manual = rollout(spec -> spec.paused(true)
                .analysis(List.of())
                .steps(List.of(step("all", 100, s -> s.approval(Approval.Manual).analysis(List.of("battery"))))));
        assertThat(admitted(forecast(manual, null))).containsExactly(250);
        Hold wide = RolloutForecast.of(
                        new Planned(
                                rollout(spec -> spec.steps(List.of(step("all", 100, s -> s)))),
                                null,
                                BUNDLE,
                                BUNDLE,
                                null),
                        Barriers.NONE,
                        fleet,
                        ApprovalSettings.DEFAULT,
                        NOW)
                .hold();
        assertThat(Objects.requireNonNull(wide).reason()).isEqualTo("AwaitingApproval");
        assertThat(wide.message()).contains("250 devices", "kubemdm approve rollout roll");
    }

    @Test
    void without_a_device_it_waits_for_one() {
        RolloutForecast forecast =
                forecast(rollout(spec -> spec.selector(new LabelSelector(Map.of("ring", "none"), List.of()))), null);

        assertThat(Objects.requireNonNull(forecast.hold()).reason()).isEqualTo("NoDevices");
        assertThat(admitted(forecast)).containsExactly(0, 0, 0);
    }

    @Test
    void one_that_is_under_way_goes_on_from_its_record() {
        forecast(rollout(spec -> spec), null);
        String tenth = Objects.requireNonNull(fleet.place("acme", "roll", 25));
        ProgressDecision progress = new ProgressDecision(
                "uid",
                new Frozen(REF, List.of(), 300, false),
                new Reach(EVERYBODY, null, List.of()),
                new OpenStep(1, tenth, tenth, NOW, NOW, NOW.minusSeconds(600), null),
                NOW,
                List.of(),
                null,
                null);

        RolloutForecast forecast = forecast(rollout(spec -> spec), progress);

        assertThat(admitted(forecast)).containsExactly(25, 25, 250);
        assertThat(forecast.steps().getLast().after()).isEqualTo(Duration.ofMinutes(20));
        RolloutForecast halted =
                forecast(rollout(spec -> spec), progress.withEnd(new End(Stage.HALTED, "too many failed", NOW)));
        assertThat(Objects.requireNonNull(halted.hold()).message()).isEqualTo("too many failed");
        assertThat(admitted(halted)).containsExactly(25, 25, 25);
    }
}
