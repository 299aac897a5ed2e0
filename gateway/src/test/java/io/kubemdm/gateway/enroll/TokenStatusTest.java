package io.kubemdm.gateway.enroll;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.kubemdm.crds.Approval;
import io.kubemdm.crds.Condition;
import io.kubemdm.crds.Ownership;
import io.kubemdm.crds.enrollmenttoken.EnrollmentToken;
import io.kubemdm.crds.enrollmenttoken.EnrollmentTokenSpec;
import io.kubemdm.crds.enrollmenttoken.EnrollmentTokenStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenStatusTest {

    private static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");
    private static final String LATER = "2026-11-25T13:00:00Z";
    private static final String PAST = "2026-11-25T12:00:00Z";

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "a fresh token,                   2026-11-25T13:00:00Z, , 0, false, True Open, False Unlimited, False TimeLeft",
        "a limited one with uses left,    2026-11-25T13:00:00Z, 2, 1, false, True Open, False UsesLeft, False TimeLeft",
        "a used-up one,                   2026-11-25T13:00:00Z, 2, 2, false, False Exhausted, True UsedUp, False TimeLeft",
        "an expired one from that second, 2026-11-25T12:00:00Z, , 7, false, False Expired, False Unlimited, True TimePassed",
        "a suspended one,                 2026-11-25T13:00:00Z, , 0, true, False Suspended, False Unlimited, False TimeLeft",
        "suspended and expired: the end,  2026-11-25T12:00:00Z, , 0, true, False Expired, False Unlimited, True TimePassed",
        "suspended and used up: the end,  2026-11-25T13:00:00Z, 1, 1, true, False Exhausted, True UsedUp, False TimeLeft",
        "expired and used up: both,       2026-11-25T12:00:00Z, 1, 1, false, False Expired, True UsedUp, True TimePassed",
        "an unreadable time lets nobody in, tomorrow,          , 0, false, False Expired, False Unlimited, True TimePassed",
    })
    void saysWhetherItLetsDevicesInAndWhy(
            String what,
            String expiresAt,
            @Nullable Integer maxUses,
            int uses,
            boolean suspended,
            String ready,
            String exhausted,
            String expired) {
        EnrollmentToken token = token("t", expiresAt, maxUses, suspended, status(uses, List.of()));

        EnrollmentTokenStatus due = TokenStatus.due(token, NOW);

        assertThat(due.conditions())
                .as(what)
                .extracting(c -> c.type() + " " + c.status() + " " + c.reason())
                .containsExactly("Ready " + ready, "Exhausted " + exhausted, "Expired " + expired);
        assertThat(due.observedGeneration()).isEqualTo(3);
        assertThat(due.uses()).isEqualTo(uses);
    }

    @Test
    void theTimeOfAConditionMovesOnlyWithItsStatus() {
        EnrollmentToken token = token("t", LATER, null, false, null);
        token.setStatus(TokenStatus.due(token, NOW));
        Instant later = NOW.plusSeconds(60);

        EnrollmentTokenStatus used = TokenStatus.used(token, 1, later, later);

        assertThat(used.lastUsedAt()).isEqualTo("2026-11-25T12:01:00Z");
        assertThat(used.conditions()).extracting(Condition::lastTransitionTime).containsOnly("2026-11-25T12:00:00Z");
        token.setStatus(used);
        assertThat(TokenStatus.due(token, Instant.parse(LATER)).conditions())
                .extracting(Condition::lastTransitionTime)
                .containsExactly(LATER, "2026-11-25T12:00:00Z", LATER);
    }

    @Test
    void aReplicaWhoseClockIsALittleBehindDoesNotTakeExpiryBack() {
        EnrollmentToken token = token("t", PAST, null, false, null);
        token.setStatus(TokenStatus.due(token, NOW));

        assertThat(TokenStatus.due(token, NOW.minusSeconds(30))).isEqualTo(token.getStatus());
        assertThat(TokenStatus.due(token, NOW.minus(Duration.ofHours(1))).conditions())
                .extracting(Condition::reason)
                .containsExactly("Open", "Unlimited", "TimeLeft");
    }

    @Test
    void tokensAtRestAreNotWritten() {
        Statuses api = new Statuses();
        api.tokens.add(token("open", LATER, null, false, null));
        api.tokens.add(token("suspended", LATER, null, true, null));
        try (TokenStatuses statuses = new TokenStatuses(() -> api.tokens, api, () -> NOW)) {
            statuses.writeDue();
            statuses.writeDue();
        }

        assertThat(api.written).containsExactly("open", "suspended");
    }

    @Test
    void manyAreWrittenInTurnsAndOneThatTheServerRefusesHoldsUpNobody() {
        Statuses api = new Statuses();
        api.refused = "t0";
        IntStream.range(0, 60).forEach(i -> api.tokens.add(token("t" + i, LATER, null, false, null)));
        try (TokenStatuses statuses = new TokenStatuses(() -> api.tokens, api, () -> NOW)) {
            statuses.writeDue();
            assertThat(api.written).hasSize(40);
            statuses.writeDue();
        }

        assertThat(api.written).hasSize(59).doesNotContain("t0");
    }

    /** An API server that takes statuses as they come. It knows no lock. */
    private static final class Statuses implements TokenUses.Store {
        private final List<EnrollmentToken> tokens = new ArrayList<>();
        private final List<String> written = new ArrayList<>();
        private String refused = "";

        @Override
        public @Nullable EnrollmentToken read(String namespace, String name) {
            return null;
        }

        @Override
        public boolean compareAndSet(EnrollmentToken read, EnrollmentTokenStatus status) {
            if (read.getMetadata().getName().equals(refused)) {
                throw new KubernetesClientException("invalid", 422, null);
            }
            written.add(read.getMetadata().getName());
            read.setStatus(status);
            return true;
        }
    }

    private static EnrollmentTokenStatus status(int uses, List<Condition> conditions) {
        return new EnrollmentTokenStatus(3L, uses, null, conditions);
    }

    private static EnrollmentToken token(
            String name,
            String expiresAt,
            @Nullable Integer maxUses,
            boolean suspended,
            @Nullable EnrollmentTokenStatus status) {
        EnrollmentToken token = new EnrollmentToken();
        token.setMetadata(new ObjectMetaBuilder()
                .withNamespace("acme")
                .withName(name)
                .withGeneration(3L)
                .build());
        token.setSpec(new EnrollmentTokenSpec(
                "sha256:" + "0".repeat(64),
                expiresAt,
                maxUses,
                Approval.Automatic,
                Map.of(),
                Ownership.Corporate,
                List.of(),
                List.of(),
                suspended));
        token.setStatus(status);
        return token;
    }
}
