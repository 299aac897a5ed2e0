package io.kubemdm.operator.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubemdm.crds.LabelSelector;
import io.kubemdm.crds.ObjectRef;
import io.kubemdm.crds.rollout.RolloutPhase;
import io.kubemdm.crds.rollout.RolloutSpec;
import io.kubemdm.crds.rollout.RolloutSpec.FeatureFlag;
import io.kubemdm.crds.rollout.RolloutSpecBuilder;
import io.kubemdm.crds.rollout.StepBuilder;
import io.kubemdm.crds.rollout.Window;
import io.kubemdm.operator.approval.ApprovalSettings;
import io.kubemdm.operator.flag.FlagAnswer;
import io.kubemdm.operator.flag.FlagAnswer.Word;
import io.kubemdm.operator.fleet.Fleet;
import io.kubemdm.operator.fleet.FleetDevice;
import io.kubemdm.operator.fleet.LiveRollout;
import io.kubemdm.operator.fleet.PublishedBundle;
import io.kubemdm.operator.gate.FlagsAndWindows;
import io.kubemdm.operator.gate.PassageDecision.Way;
import io.kubemdm.operator.rollout.RolloutForecast.Barriers;
import io.kubemdm.operator.rollout.RolloutForecast.Opened;
import io.kubemdm.operator.rollout.RolloutForecast.Planned;
import io.kubemdm.protocol.bundle.AdmissionOrder;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.message.PolicyReported.State;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The forecast of a rollout with a flag and windows is what the rollout then does, device by device and step by step. */
class GatedForecastTest {

    private static final int DEVICES = 40;
    private static final Duration TICK = Duration.ofMinutes(15);
    private static final List<String> ZONES = List.of("UTC", "Asia.Tokyo", "America.New_York", "Europe.Berlin");
    private static final PublishedBundle BUNDLE =
            new PublishedBundle("", ModelFleet.BUNDLE.ref(), List.of(), 300, "", Instant.EPOCH, null);

    private final Map<DeviceId, FlagAnswer> said = new HashMap<>();

    private static RolloutSpec spec(boolean flag, String start) {
        return RolloutSpecBuilder.builder()
                .bundleRef(new ObjectRef("base"))
                .selector(new LabelSelector(Map.of(), List.of()))
                .enabled(true)
                .featureFlag(flag ? new FeatureFlag("gate") : null)
                .maintenanceWindows(
                        start.isEmpty() ? List.of() : List.of(new Window("w", List.of(), start, "2h", Window.DEVICE)))
                .steps(List.of(
                        StepBuilder.builder()
                                .name("some")
                                .percent(10)
                                .soak("30m")
                                .build(),
                        StepBuilder.builder()
                                .name("more")
                                .percent(50)
                                .soak("1h")
                                .build(),
                        StepBuilder.builder().name("all").percent(100).build()))
                .build();
    }

    private ModelFleet model(RolloutSpec spec) {
        ModelFleet model = new ModelFleet(spec);
        for (int i = 0; i < DEVICES; i++) {
            ModelDevice device = model.arrive();
            device.timeZone = ZONES.get(i % ZONES.size());
            model.tell(device);
            said.put(device.id, new FlagAnswer(i % 3 == 0 ? Word.OFF : Word.ON, "", false));
        }
        model.flags.put("gate", said);
        return model;
    }

    private static RolloutForecast forecast(ModelFleet model) {
        FlagsAndWindows gates =
                new FlagsAndWindows(model.flags, model::ordered, Clock.fixed(model.now(), ZoneOffset.UTC));
        Fleet fleet = new Fleet(Clock.fixed(model.now(), ZoneOffset.UTC), gates);
        model.fleet.devices().forEach(device -> {
            fleet.declare(device.id(), true, device.platform(), device.labels());
            fleet.know(Objects.requireNonNull(device.known()));
        });
        LiveRollout live = Objects.requireNonNull(RolloutForecast.live(model.rollout(), null, BUNDLE));
        return RolloutForecast.of(
                new Planned(model.rollout(), null, BUNDLE, BUNDLE, null),
                new Barriers(gates::gates, device -> gates.passage(live, device).way() != Way.FLAG_OFF),
                fleet,
                ApprovalSettings.NONE,
                model.now());
    }

    /** When each device was given the bundle, until the rollout is done. */
    private static Map<String, Duration> run(ModelFleet model) {
        Instant begin = model.now();
        Map<String, Duration> given = new TreeMap<>();
        RolloutDecision decision = model.settle();
        for (int tick = 0; tick < 1000 && decision.phase() != RolloutPhase.Completed; tick++) {
            model.settle(); // lets in for whom a window has opened
            ProgressDecision before;
            do {
                before = model.progress;
                model.admitted().forEach(name -> given.putIfAbsent(name, Duration.between(begin, model.now())));
                model.devices.values().forEach(device -> model.obey(device, State.Applied));
                decision = model.settle();
            } while (!Objects.equals(before, model.progress));
            model.pass(TICK);
        }
        assertThat(decision.phase()).isEqualTo(RolloutPhase.Completed);
        return given;
    }

    @ParameterizedTest
    @CsvSource({"false, ''", "true, ''", "false, '11:00'", "false, '22:00'", "true, '22:00'", "true, '13:15'"})
    void whomEachStepAdmitsAndWhenIsWhatHappens(boolean flag, String window) {
        ModelFleet model = model(spec(flag, window));

        RolloutForecast forecast = forecast(model);
        Map<String, Duration> happened = run(model);

        assertThat(forecast.hold()).isNull();
        List<String> told = new ArrayList<>();
        for (Opened step : forecast.steps()) {
            List<String> added = model.fleet
                    .devices()
                    .filter(device ->
                            reaches(step, device) && !told.contains(device.id().name()))
                    .filter(device -> !flag
                            || Objects.requireNonNull(said.get(device.id())).word() == Word.ON)
                    .map(device -> device.id().name())
                    .toList();
            told.addAll(added);
            assertThat(added).isNotEmpty();
            assertThat(happened).containsKeys(added.toArray(new String[0]));
            assertThat(Collections.max(added.stream()
                            .map(happened::get)
                            .map(Objects::requireNonNull)
                            .toList()))
                    .as("when the last of the step has it")
                    .isEqualTo(step.after());
        }
        assertThat(new TreeSet<>(told)).isEqualTo(happened.keySet());
    }

    private static boolean reaches(Opened step, FleetDevice device) {
        return step.live()
                .reaches(AdmissionOrder.place(device.id().name(), BUNDLE.ref().digest()), device.labels());
    }

    @Test
    void whoWaitsForAWindowIsToldWithTheLastOpening() {
        RolloutForecast forecast = forecast(model(spec(false, "22:00")));

        assertThat(Objects.requireNonNull(forecast.steps().getFirst().windows()))
                .satisfies(hold -> {
                    assertThat(hold.reason()).isEqualTo("WindowShut");
                    assertThat(hold.message()).startsWith("4 devices wait for a maintenance window: the last of them");
                });
        assertThat(forecast(model(spec(false, ""))).steps()).allMatch(step -> step.windows() == null);
    }
}
