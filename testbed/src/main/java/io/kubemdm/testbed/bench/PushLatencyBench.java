package io.kubemdm.testbed.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jose.JWSObject;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.json.Json;
import io.kubemdm.protocol.message.AgentReport;
import io.kubemdm.protocol.message.MessageId;
import io.kubemdm.protocol.message.OrderIssued;
import io.kubemdm.protocol.message.PolicyReported;
import io.kubemdm.testbed.fleet.FleetListener;
import io.kubemdm.testbed.fleet.SimulatedDevice;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * From a person's patch or creation to the signed order at each of 100 connected devices, and to the policy applied,
 * reported and acknowledged; with the signing moment in between, in whole milliseconds, as the order states it.
 */
final class PushLatencyBench implements Benchmark {

    private static final int DEVICES = 100;
    private static final int ROUNDS = 10;
    private static final int SINGLES = 30;
    private static final int WARM_UP_ROUNDS = 5;

    /** A push is measured from rest: what the one before left to do, statuses above all, is done by then. */
    private static final Duration REST = Duration.ofSeconds(3);

    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final Duration PAUSE = Duration.ofMillis(300);

    /** Every device is locked within minutes: that is what a budget is there to hold up. */
    private static final String VALUES = """
            wipes:
              budgets:
                lock: {atLeast: 1000, percent: 10, perHour: 1000}
            """;

    @Override
    public String name() {
        return "push-latency";
    }

    @Override
    public void run(BenchSettings settings, Figures figures) throws Exception {
        int devices = settings.scaled(DEVICES);
        Ear ear = new Ear();
        try (var own = settings.region(name(), 0, VALUES);
                var bench = new BenchFleet(own.region(), ear, Duration.ofMinutes(5), devices, settings.seed())) {
            bench.bringUp(devices, Duration.ofSeconds(2));
            DeviceId one = bench.fleet().devices().getFirst().id();
            bench.client()
                    .genericKubernetesResources("kubemdm.io/v1alpha1", "Device")
                    .inNamespace(BenchFleet.NAMESPACE)
                    .withName(one.name())
                    .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"metadata\":{\"labels\":{\"push\":\"one\"}}}");
            for (int round = 0; round < WARM_UP_ROUNDS + ROUNDS; round++) {
                ear.recording = round >= WARM_UP_ROUNDS ? ear.all : null;
                rollOut(bench, ear, "all", "{}", round, devices);
            }
            for (int round = 0; round < WARM_UP_ROUNDS + SINGLES; round++) {
                ear.recording = round >= WARM_UP_ROUNDS ? ear.one : null;
                rollOut(bench, ear, "one", "{matchLabels: {push: one}}", round, 1);
            }
            List<SimulatedDevice> all = bench.fleet().devices();
            for (int i = 0; i < all.size(); i++) {
                // The first three tenths warm the path up.
                ear.recording = i >= all.size() * 3 / 10 ? ear.command : null;
                lock(bench, ear, all.get(i).id());
            }
        }
        ear.all.print(figures, "rollout_");
        ear.one.print(figures, "rollout_one_");
        ear.command.print(figures, "wipe_");
    }

    private static void rollOut(BenchFleet bench, Ear ear, String policy, String selector, int round, int devices)
            throws InterruptedException {
        String name = policy + "-1." + round + ".0";
        bench.create("""
                apiVersion: kubemdm.io/v1alpha1
                kind: PolicyBundle
                metadata: {name: %s, namespace: %s}
                spec:
                  policy: %s
                  version: 1.%d.0
                  settings: {sysctl: {kernel.%s: "%d"}}
                """.formatted(
                        name,
                        BenchFleet.NAMESPACE,
                        policy,
                        round,
                        policy.equals("all") ? "dmesg_restrict" : "kptr_restrict",
                        round % 2));
        bench.create("""
                apiVersion: kubemdm.io/v1alpha1
                kind: Rollout
                metadata: {name: %s, namespace: %s}
                spec: {bundleRef: {name: %s}, selector: %s, paused: true, steps: [{name: all, percent: 100}]}
                """.formatted(name, BenchFleet.NAMESPACE, name, selector));
        bench.awaitPhase("Rollout", name, "Paused", PATIENCE);
        ear.begin(devices);
        bench.client()
                .genericKubernetesResources("kubemdm.io/v1alpha1", "Rollout")
                .inNamespace(BenchFleet.NAMESPACE)
                .withName(name)
                .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"paused\":false}}");
        ear.awaitAll("orders and reports of " + name);
        bench.awaitPhase("Rollout", name, "Completed", PATIENCE);
        TimeUnit.SECONDS.sleep(REST.toSeconds());
    }

    private static void lock(BenchFleet bench, Ear ear, DeviceId device) throws InterruptedException {
        ear.beginCommand();
        bench.create("""
                apiVersion: kubemdm.io/v1alpha1
                kind: WipeRequest
                metadata: {name: lock-%s, namespace: %s}
                spec: {deviceRef: {name: %s}, type: Lock, reason: Lost}
                """.formatted(device.name(), BenchFleet.NAMESPACE, device.name()));
        ear.awaitCommand(device);
        bench.awaitPhase("WipeRequest", "lock-" + device.name(), "Completed", PATIENCE);
        TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis());
    }

    /** How long each hop of one kind of push took, in µs. */
    private static final class Times {
        private final Histogram toOrder = new ConcurrentHistogram(3);
        private final Histogram toSigned = new ConcurrentHistogram(3);
        private final Histogram signedToOrder = new ConcurrentHistogram(3);
        private final Histogram toEnforced = new ConcurrentHistogram(3);

        void print(Figures figures, String prefix) {
            figures.distribution(prefix + "to_order", "ms", toOrder, 1_000);
            figures.distribution(prefix + "to_signed", "ms", toSigned, 1_000);
            figures.distribution(prefix + "signed_to_order", "ms", signedToOrder, 1_000);
            if (toEnforced.getTotalCount() > 0) {
                figures.distribution(prefix + "to_enforced", "ms", toEnforced, 1_000);
            }
        }
    }

    /** Hears orders and reports and notes how long they took since the last beginning. */
    private static final class Ear implements FleetListener {
        private final Times all = new Times();
        private final Times one = new Times();
        private final Times command = new Times();
        private volatile @Nullable Times recording;
        private volatile long start;
        private volatile Instant startedAt = Instant.EPOCH;
        private volatile CountDownLatch orders = new CountDownLatch(0);
        private volatile CountDownLatch reports = new CountDownLatch(0);
        private volatile CountDownLatch commands = new CountDownLatch(0);

        void begin(int devices) {
            orders = new CountDownLatch(devices);
            reports = new CountDownLatch(devices);
            startedAt = Instant.now();
            start = System.nanoTime();
        }

        void beginCommand() {
            commands = new CountDownLatch(1);
            startedAt = Instant.now();
            start = System.nanoTime();
        }

        void awaitAll(String what) throws InterruptedException {
            if (!orders.await(1, TimeUnit.MINUTES) || !reports.await(1, TimeUnit.MINUTES)) {
                throw new IllegalStateException(
                        what + ": missing " + orders.getCount() + " orders, " + reports.getCount() + " reports");
            }
        }

        void awaitCommand(DeviceId device) throws InterruptedException {
            if (!commands.await(1, TimeUnit.MINUTES)) {
                throw new IllegalStateException("no command reached " + device + " within a minute");
            }
        }

        @Override
        public void onOrderReceived(DeviceId device, OrderIssued order, long nanos) {
            Times times = recording;
            if (times != null) {
                Instant issued = issuedAt(order);
                times.toOrder.recordValue((nanos - start) / 1_000);
                times.toSigned.recordValue(micros(startedAt, issued));
                times.signedToOrder.recordValue(micros(issued, Instant.now()));
            }
            switch (order.lane()) {
                case desired -> orders.countDown();
                case command -> commands.countDown();
                case withdrawn -> throw new IllegalStateException("nothing is withdrawn here");
            }
        }

        private static long micros(Instant from, Instant to) {
            return Math.max(0, Duration.between(from, to).toNanos() / 1_000);
        }

        private static Instant issuedAt(OrderIssued order) {
            try {
                return Instant.parse(
                        Json.read(JWSObject.parse(order.jws()).getPayload().toBytes(), JsonNode.class)
                                .get("issuedAt")
                                .asText());
            } catch (ParseException e) {
                throw new IllegalStateException("an order that is no JWS", e);
            }
        }

        @Override
        public void onAcknowledged(DeviceId device, MessageId id, AgentReport report, long nanos) {
            if (report instanceof PolicyReported policy && policy.state() == PolicyReported.State.Applied) {
                Times times = recording;
                if (times != null) {
                    times.toEnforced.recordValue((nanos - start) / 1_000);
                }
                reports.countDown();
            }
        }
    }
}
