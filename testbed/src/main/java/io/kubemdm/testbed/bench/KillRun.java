package io.kubemdm.testbed.bench;

import io.kubemdm.bus.AuditRecords;
import io.kubemdm.bus.Topic;
import io.kubemdm.protocol.audit.ChainVerifier;
import io.kubemdm.protocol.audit.Flaw;
import io.kubemdm.protocol.bundle.PolicyRef;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.event.DeviceEvent;
import io.kubemdm.protocol.event.EventRecord;
import io.kubemdm.protocol.json.Json;
import io.kubemdm.protocol.message.AgentReport;
import io.kubemdm.protocol.message.DriftCorrected;
import io.kubemdm.protocol.message.MessageId;
import io.kubemdm.testbed.fleet.FleetListener;
import io.kubemdm.testbed.fleet.SimulatedDevice;
import io.kubemdm.testbed.region.Region;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.Histogram;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Kills parts of a region at random moments while agents report at a steady rate, then audits the log: every
 * acknowledged report exactly once in effect, no gap in any sequence, every chain whole.
 */
public final class KillRun {

    /** The parts that are killed, by the beginning of their names. */
    public static final List<String> VICTIMS =
            List.of("kubemdm-engine", "kubemdm-operator", "kubemdm-gateway", "kubemdm-bridge", "kafka");

    private static final PolicyRef POLICY = new PolicyRef("kill", "1.0.0", "sha256:" + "0".repeat(64));
    private static final int NAMED = 20;
    private static final Duration CATCH_UP = Duration.ofMinutes(2);

    /**
     * What was asked.
     *
     * @param devices that report
     * @param perSecond reports of all of them together
     * @param kills how often something is killed
     * @param seed of victims and moments
     */
    public record Plan(int devices, int perSecond, int kills, long seed) {}

    /**
     * What was found.
     *
     * @param acknowledged reports the devices hold an acknowledgement of
     * @param lost of these, how many left no event
     * @param duplicated how many left more than one
     * @param chainBroken flaws of chains and sequences
     * @param firstAcknowledgement from each kill to the first acknowledgement of a report made after it, in ms
     */
    public record Outcome(
            long acknowledged, long lost, long duplicated, long chainBroken, Histogram firstAcknowledgement) {}

    private record Report(DeviceId device, MessageId id) {}

    private final Plan plan;
    private final PrintStream progress;
    private final Set<Report> acknowledged = ConcurrentHashMap.newKeySet();
    private final Map<Report, Long> made = new ConcurrentHashMap<>();
    private final AtomicLong latestAcknowledged = new AtomicLong();

    private KillRun(Plan plan, PrintStream progress) {
        this.plan = plan;
        this.progress = progress;
    }

    /** Runs on a region that is up and leaves it up. */
    public static Outcome on(Region region, Plan plan, PrintStream progress) throws InterruptedException {
        return new KillRun(plan, progress).run(region);
    }

    private Outcome run(Region region) throws InterruptedException {
        progress.println("kill seed=" + plan.seed() + " kills=" + plan.kills());
        Histogram firsts = new Histogram(3);
        try (BenchFleet bench = new BenchFleet(region, new Ear(), Duration.ofMinutes(5), plan.devices(), plan.seed());
                ScheduledExecutorService load = Executors.newSingleThreadScheduledExecutor()) {
            bench.bringUp(plan.devices(), Duration.ofSeconds(1));
            List<SimulatedDevice> devices = bench.fleet().devices();
            AtomicLong turn = new AtomicLong();
            ScheduledFuture<?> sending = load.scheduleAtFixedRate(
                    () -> devices.get((int) (turn.getAndIncrement() % devices.size()))
                            .tell(new DriftCorrected(POLICY, List.of("sysctl:kill"))),
                    0,
                    1_000_000_000L / plan.perSecond(),
                    TimeUnit.NANOSECONDS);
            BenchFleet.await(() -> !acknowledged.isEmpty(), CATCH_UP, "the first acknowledgement");
            killAll(bench, firsts);
            if (sending.isDone()) {
                throw new IllegalStateException("the load ended by itself", sending.exceptionNow());
            }
            load.shutdownNow();
            BenchFleet.await(() -> acknowledged.size() == made.size(), CATCH_UP, "everything reported is acknowledged");
        }
        return audited(region, firsts);
    }

    private void killAll(BenchFleet bench, Histogram firsts) throws InterruptedException {
        Random random = new Random(plan.seed());
        List<String> round = new ArrayList<>(VICTIMS);
        for (int kill = 1; kill <= plan.kills(); kill++) {
            int turn = (kill - 1) % round.size();
            if (turn == 0) {
                // Everybody's turn comes once a round, so that a short run spares nobody.
                Collections.shuffle(round, random);
            }
            String victim = round.get(turn);
            // The load's own rhythm: the moment of a kill is drawn, not waited for.
            TimeUnit.MILLISECONDS.sleep(500 + random.nextInt(2_500));
            long moment = killed(bench, victim);
            BenchFleet.await(
                    () -> latestAcknowledged.get() > moment,
                    Duration.ofMinutes(2),
                    "a report made after the kill of " + victim + " is acknowledged");
            long millis = (System.nanoTime() - moment) / 1_000_000;
            firsts.recordValue(millis);
            progress.println("kill " + kill + "/" + plan.kills() + " " + victim + ": acknowledged again after " + millis
                    + " ms");
        }
    }

    private static long killed(BenchFleet bench, String victim) {
        long[] moment = new long[1];
        BenchFleet.await(
                () -> bench.pids().entrySet().stream()
                        .filter(one -> one.getKey().startsWith(victim))
                        .findFirst()
                        .flatMap(one -> ProcessHandle.of(one.getValue()))
                        .map(process -> {
                            moment[0] = System.nanoTime();
                            return process.destroyForcibly();
                        })
                        .orElse(false),
                Duration.ofMinutes(1),
                victim + " runs again and can be killed");
        return moment[0];
    }

    private Outcome audited(Region region, Histogram firsts) {
        Findings found = new Findings();
        try (Audit.Tail events = new Audit(region).tail(Topic.EVENTS)) {
            long quietSince = System.nanoTime();
            // The engine may be behind; while it says something new, there is something to wait for.
            while (!found.effects.keySet().containsAll(acknowledged)
                    && System.nanoTime() - quietSince < CATCH_UP.toNanos()) {
                if (events.poll(found::take) > 0) {
                    quietSince = System.nanoTime();
                }
            }
        }
        List<Report> lost = acknowledged.stream()
                .filter(report -> !found.effects.containsKey(report))
                .toList();
        lost.stream().limit(NAMED).forEach(report -> progress.println("lost " + report.device() + " " + report.id()));
        long twice = found.effects.values().stream().filter(times -> times > 1).count();
        List<String> flaws = found.flaws();
        flaws.forEach(progress::println);
        return new Outcome(acknowledged.size(), lost.size(), twice, flaws.size(), firsts);
    }

    /** What the log says: how often each report took effect, and the flaws of the chains. */
    private static final class Findings {
        private final Map<Report, Integer> effects = new HashMap<>();
        private final Map<Integer, ChainVerifier> chains = new HashMap<>();

        void take(ConsumerRecord<String, byte[]> entry) {
            chains.computeIfAbsent(entry.partition(), partition -> new ChainVerifier(partition, true))
                    .accept(AuditRecords.of(entry));
            EventRecord event = Json.read(entry.value(), EventRecord.class);
            if (event.event() instanceof DeviceEvent.Drifted drifted
                    && drifted.policy().equals(POLICY)) {
                effects.merge(new Report(event.device(), event.cause()), 1, Integer::sum);
            }
        }

        List<String> flaws() {
            return chains.values().stream()
                    .map(ChainVerifier::firstFlaw)
                    .filter(Objects::nonNull)
                    .map(Flaw::toString)
                    .toList();
        }
    }

    /** Notes what is made and what is acknowledged. */
    private final class Ear implements FleetListener {

        @Override
        public void onReported(DeviceId device, MessageId id, AgentReport report, long nanos) {
            if (report instanceof DriftCorrected) {
                made.put(new Report(device, id), nanos);
            }
        }

        @Override
        public void onAcknowledged(DeviceId device, MessageId id, AgentReport report, long nanos) {
            Report known = new Report(device, id);
            Long madeAt = made.get(known);
            if (madeAt != null) {
                acknowledged.add(known);
                latestAcknowledged.accumulateAndGet(madeAt, Math::max);
            }
        }
    }
}
