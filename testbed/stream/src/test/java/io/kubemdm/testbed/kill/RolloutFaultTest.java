package io.kubemdm.testbed.kill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.KubernetesResourceList;
import io.fabric8.kubernetes.client.dsl.NonNamespaceOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.kubemdm.crds.device.Device;
import io.kubemdm.testbed.bench.BenchFleet;
import io.kubemdm.testbed.bench.BenchLine;
import io.kubemdm.testbed.bench.LineWatch;
import io.kubemdm.testbed.fleet.Scenario;
import io.kubemdm.testbed.fleet.Scenario.Failing;
import io.kubemdm.testbed.fleet.SimulatedDevice;
import io.kubemdm.testbed.process.Readiness;
import io.kubemdm.testbed.region.BorrowedRegion;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * Rollouts of a fleet of which three devices in five are away, that go back while a part of ours is killed or stopped, fail on
 * devices, or lose devices on their way. Every device must end with what it would have had without them.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RolloutFaultTest {

    private static final int DEVICES = 150;
    private static final String GOOD = "1.0.0";
    private static final Duration LIMIT = Duration.ofMinutes(2);

    /** As long as a broker is away. */
    private static final Duration PAUSE = Duration.ofSeconds(30);

    private static final Scenario SCENARIO =
            new Scenario(List.of(), List.of(), List.of(new Failing(10, "line", "1.3.0")), 60);

    private static LineWatch watch;
    private static BenchFleet bench;
    private static BenchLine line;
    private static int online;

    /** That it completes shows, too, that who is away holds up nothing. */
    @BeforeAll
    static void everybodyWhoIsThereHasTheGoodVersion() {
        watch = new LineWatch("line");
        bench = new BenchFleet(BorrowedRegion.get(), "faults", watch, Duration.ofMinutes(5), DEVICES, 1, SCENARIO);
        line = new BenchLine(bench, "line");
        bench.bringUp(DEVICES, Duration.ofSeconds(2));
        online = (int) bench.fleet().devices().stream()
                .filter(device -> !device.staysOffline())
                .count();
        line.publish(GOOD);
        // Of the two devices of a first step of one percent both might be away, and nothing known opens no step.
        line.rollOut(GOOD, "steps: [{name: all, percent: 100}]");
        line.awaitPhase(GOOD, "Completed");
        // One whose session the engine had not heard of yet counted as away, and follows.
        awaitHeld(GOOD, online);
        assertThat(online).isLessThan(DEVICES / 2);
    }

    @AfterAll
    static void close() {
        bench.close();
    }

    @Test
    @Order(1)
    void anOperatorKilledInTheMiddleOfARollbackChangesNothingOfItsEnd() {
        String version = "1.1.0";
        line.publish(version);
        line.rollOut(version, "steps: [{name: all, percent: 100, soak: 1h}]");
        awaitHeld(version, online);

        line.patch(version, "{\"enabled\":false}");
        Readiness.await(() -> watch.ordered(version) < online, LIMIT, Duration.ofMillis(1));
        long killed = System.nanoTime();
        assertThat(ProcessHandle.of(bench.pid("kubemdm-operator")).orElseThrow().destroyForcibly())
                .isTrue();
        long left = watch.ordered(version);

        awaitEverybodyIsBack(version);
        say(
                "operator killed with %d of %d devices still to go back: all back %.1f s later",
                left, online, seconds(killed));
        line.awaitPhase(version, "RolledBack");
    }

    @Test
    @Order(2)
    void aBrokerThatIsAwayDuringAnAbortOnlyDelaysIt() throws Exception {
        String version = "1.2.0";
        line.publish(version);
        line.rollOut(version, "steps: [{name: some, percent: 50}, {name: all, percent: 100, approval: Manual}]");
        line.awaitPhase(version, "AwaitingApproval");
        long admitted = watch.orders(version);

        signal("STOP", bench.pid("kafka"));
        try {
            line.patch(version, "{\"approvedStep\":\"all\"}");
            line.patch(version, "{\"enabled\":false}");
            await("nobody is admitted while the broker is away")
                    .during(PAUSE)
                    .atMost(PAUSE.plusSeconds(10))
                    .until(() -> watch.orders(version) == admitted);
        } finally {
            signal("CONT", bench.pid("kafka"));
        }
        long resumed = System.nanoTime();

        awaitEverybodyIsBack(version);
        say(
                "broker away for %d s: last order of the version %.1f s, all back %.1f s after it came back",
                PAUSE.toSeconds(), Math.max(0, watch.lastOrder(version) - resumed) / 1e9, seconds(resumed));
        line.awaitPhase(version, "RolledBack");
    }

    @Test
    @Order(3)
    void failuresAreCountedAmongThoseWhoAnswered() {
        String version = "1.3.0";
        line.publish(version);
        line.rollOut(
                version,
                "steps: [{name: all, percent: 100}]",
                "abort: [{failureType: Any, percent: 5, minimumSample: 20}]");

        line.awaitPhase(version, "RolledBack");
        Matcher told = Pattern.compile("(\\d+) of (\\d+)").matcher(condition(version, "RolledBack", "message"));
        assertThat(told.find()).as(condition(version, "RolledBack", "message")).isTrue();
        int failed = Integer.parseInt(told.group(1));
        int answered = Integer.parseInt(told.group(2));
        assertThat(answered).isBetween(20, online);
        assertThat(failed * 100).isGreaterThanOrEqualTo(answered * 5);
        awaitEverybodyIsBack(version);
    }

    /** That it is over after a minute is a decision's table; that it is told, and not taken for a success, shows here. */
    @Test
    @Order(4)
    void aGroupOfNoDevicesIsStated() {
        String version = "1.4.0";
        line.publish(version);
        line.rollOut(
                version, "steps: [{name: nobody, selector: {matchLabels: {not: there}}}, {name: all, percent: 100}]");

        BenchFleet.await(() -> condition(version, "Progressing", "reason").equals("EmptyCohort"), LIMIT, "EmptyCohort");
        assertThat(counts(version).path("admitted").asInt()).isZero();
        bench.client()
                .genericKubernetesResources("kubemdm.io/v1alpha1", "Rollout")
                .inNamespace(bench.namespace())
                .withName(line.name(version))
                .delete();
        assertThat(watch.held(GOOD)).hasSize(online);
    }

    @Test
    @Order(5)
    void devicesThatLeaveOnTheWayAreCountedNoMore() {
        String version = "1.5.0";
        line.publish(version);
        line.rollOut(version, "steps: [{name: some, percent: 20}, {name: all, percent: 100, approval: Manual}]");
        line.awaitPhase(version, "AwaitingApproval");
        List<SimulatedDevice> there = bench.fleet().devices().stream()
                .filter(device -> !device.staysOffline())
                .toList();
        List<SimulatedDevice> leaving = there.subList(0, 5);
        leaving.forEach(device -> devices()
                .withName(device.id().name())
                .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"lifecycle\":\"Retired\"}}"));
        // One whose object is deleted is enrolled all the same: it comes back, and counts.
        devices().withName(there.getLast().id().name()).delete();
        BenchFleet.await(
                () -> counts(version).path("eligible").asInt() == DEVICES - leaving.size(),
                LIMIT,
                "those who left are counted no more");

        line.patch(version, "{\"approvedStep\":\"all\"}");
        line.awaitPhase(version, "Completed");
        assertThat(counts(version).path("admitted").asInt()).isEqualTo(DEVICES - leaving.size());
        assertThat(there.subList(leaving.size(), there.size()))
                .allSatisfy(device ->
                        assertThat(watch.held(device.id()).policy().version()).isEqualTo(version));
    }

    private static NonNamespaceOperation<Device, KubernetesResourceList<Device>, Resource<Device>> devices() {
        return bench.client().resources(Device.class).inNamespace(bench.namespace());
    }

    private static JsonNode counts(String version) {
        return bench.status("Rollout", line.name(version)).path("counts");
    }

    private static String condition(String version, String type, String field) {
        for (JsonNode condition : bench.status("Rollout", line.name(version)).path("conditions")) {
            if (condition.path("type").asText().equals(type)) {
                return condition.path(field).asText();
            }
        }
        return "";
    }

    private static void awaitHeld(String version, int devices) {
        BenchFleet.await(() -> watch.held(version).size() == devices, LIMIT, devices + " devices have " + version);
    }

    private static void awaitEverybodyIsBack(String version) {
        BenchFleet.await(
                () -> watch.ordered(version) == 0 && watch.held(GOOD).size() == online,
                LIMIT,
                "every device has " + GOOD + " again");
        assertThat(watch.held(version)).isEmpty();
    }

    private static void signal(String signal, long pid) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder("kill", "-" + signal, Long.toString(pid))
                        .inheritIO()
                        .start()
                        .waitFor())
                .isZero();
    }

    private static double seconds(long since) {
        return (System.nanoTime() - since) / 1e9;
    }

    private static void say(String format, Object... values) {
        System.out.printf(Locale.ROOT, format + "%n", values);
    }
}
