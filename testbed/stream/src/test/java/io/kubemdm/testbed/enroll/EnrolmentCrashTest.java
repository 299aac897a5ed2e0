package io.kubemdm.testbed.enroll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kubemdm.protocol.bundle.Digest;
import io.kubemdm.protocol.message.DeviceEnrolled;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Races and crashes. */
@ExtendWith(Enrolling.Extension.class)
class EnrolmentCrashTest {

    private static final int CLIENTS = 6;
    private static final int KILLS = 1;

    private final EnrolRegion region;
    private final EnrolReplica one;
    private final EnrolReplica two;

    EnrolmentCrashTest(Enrolling enrolling) {
        this.region = enrolling.region();
        this.one = enrolling.one();
        this.two = enrolling.two();
    }

    @Test
    void twentyParallelEnrolmentsOnTwoReplicasWithOneUseGiveOneCertificate() throws Exception {
        region.token("single", token -> token.maxUses(1));
        List<Callable<Requester.Answer>> all = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            int port = (i % 2 == 0 ? one : two).port();
            byte[] request = Requester.request(Requester.newKeys("secp256r1"));
            all.add(() -> new Requester(region, port, null).enrol("single", request));
        }

        List<Requester.Answer> answers = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(20)) {
            for (Future<Requester.Answer> each : threads.invokeAll(all)) {
                answers.add(each.get());
            }
        }

        assertThat(answers).extracting(Requester.Answer::status).containsOnly(200, 403);
        assertThat(answers).filteredOn(answer -> answer.status() == 200).hasSize(1);
        assertThat(answers).filteredOn(answer -> answer.status() == 403).allMatch(answer -> answer.body()
                .contains("used up (spec.maxUses 1)"));
        assertThat(region.uses("single")).isEqualTo(1);
        assertThat(enrolledWith("single")).hasSize(1);
    }

    @Test
    void aKillLosesAtMostClaimedUsesAndNeverLeavesACertificateWithoutRecord() throws Exception {
        region.token("crashing", token -> token.maxUses(100_000));
        long seed = System.nanoTime();
        System.err.println("seed " + seed);
        Random random = new Random(seed);
        Set<String> given = ConcurrentHashMap.newKeySet();
        AtomicBoolean enough = new AtomicBoolean();
        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
        for (int i = 0; i < CLIENTS; i++) {
            clients.execute(() -> enrolUntil(enough, given));
        }
        for (int kill = 0; kill < KILLS; kill++) {
            int before = given.size();
            await().atMost(Duration.ofSeconds(60)).until(() -> given.size() > before + 20);
            TimeUnit.MILLISECONDS.sleep(random.nextInt(100));
            one.restart();
            one.awaitReady();
        }
        enough.set(true);
        clients.shutdown();
        assertThat(clients.awaitTermination(60, TimeUnit.SECONDS)).isTrue();

        Recorded recorded = Recorded.now(region);
        Set<String> reported = enrolledWith("crashing");
        assertThat(recorded.ledger().keySet())
                .as("every certificate given has a record")
                .containsAll(given);
        assertThat(recorded.ledger().keySet()).as("and every report").containsAll(reported);
        assertThat(reported).as("each record has its report").containsAll(given);
        assertThat(region.uses("crashing")).isGreaterThanOrEqualTo(reported.size());
    }

    @Test
    void aBrokerThatStandsStillForEightSecondsRefusesNobody() throws Exception {
        region.token("waiting", token -> token.maxUses(20));
        Set<String> given = ConcurrentHashMap.newKeySet();
        List<Callable<Requester.Answer>> all = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            byte[] request = Requester.request(Requester.newKeys("secp256r1"));
            all.add(() -> new Requester(region, one.port(), null).enrol("waiting", request));
        }
        try (ExecutorService threads = Executors.newFixedThreadPool(16);
                ScheduledExecutorService later = Executors.newSingleThreadScheduledExecutor()) {
            region.broker().pause();
            var unused = later.schedule(region.broker()::resume, 8, TimeUnit.SECONDS);
            for (Future<Requester.Answer> each : threads.invokeAll(all)) {
                assertThat(each.get().status())
                        .as(each.get().body() + one.log())
                        .isEqualTo(200);
                given.add(fingerprint(each.get().certificate()));
            }
        }

        assertThat(one.log()).contains("ledger not written, trying again").contains("cause=");
        assertThat(Recorded.now(region).ledger().keySet()).containsAll(given);
        assertThat(enrolledWith("waiting")).containsAll(given);
        assertThat(region.uses("waiting")).as("no use is claimed twice").isEqualTo(16);
    }

    @Test
    void whileKafkaIsAwayReadinessSaysSoAndAfterwardsDevicesEnrolAgain() {
        region.token("patient", token -> token);
        await().until(() -> enrolOnce(two) == 200);
        region.broker().kill9();
        try {
            assertThat(enrolOnce(two)).isEqualTo(503);
            await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
                assertThat(two.readiness().statusCode()).isEqualTo(503);
                assertThat(two.readiness().body()).contains("waiting for Kafka");
            });
        } finally {
            region.broker().restart();
        }

        for (EnrolReplica replica : List.of(two, one)) {
            await().atMost(Duration.ofSeconds(60)).until(() -> enrolOnce(replica) == 200);
            replica.awaitReady();
        }
    }

    private int enrolOnce(EnrolReplica replica) {
        return new Requester(region, replica.port(), null)
                .enrol("patient", Requester.request(Requester.newKeys("secp256r1")))
                .status();
    }

    private void enrolUntil(AtomicBoolean enough, Set<String> given) {
        while (!enough.get()) {
            Requester.Answer answer = new Requester(region, one.port(), null)
                    .enrol("crashing", Requester.request(Requester.newKeys("secp256r1")));
            if (answer.status() == 200) {
                given.add(fingerprint(answer.certificate()));
            }
        }
    }

    private Set<String> enrolledWith(String token) {
        return Recorded.now(region).reports().stream()
                .filter(report -> report.body() instanceof DeviceEnrolled enrolled
                        && enrolled.token().equals(token))
                .map(report -> ((DeviceEnrolled) report.body()).fingerprint())
                .collect(Collectors.toSet());
    }

    private static String fingerprint(X509Certificate certificate) {
        try {
            return Digest.of(certificate.getEncoded());
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException(e);
        }
    }
}
