package io.kubemdm.gateway.enroll;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.kubemdm.crds.enrollmenttoken.EnrollmentToken;
import io.kubemdm.crds.enrollmenttoken.EnrollmentTokenSpec;
import io.kubemdm.crds.enrollmenttoken.EnrollmentTokenStatus;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TokenUsesTest {

    private static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");

    /** An API server with one token and optimistic locking. It knows no watch and no admission. */
    private static final class OneToken implements TokenUses.Store {
        private final @Nullable Integer maxUses;
        private int uses;
        private int version;
        private boolean away;
        private @Nullable String lastUsedAt;

        OneToken(@Nullable Integer maxUses) {
            this.maxUses = maxUses;
        }

        @Override
        public synchronized @Nullable EnrollmentToken read(String namespace, String name) {
            if (away) {
                throw new KubernetesClientException("away");
            }
            if (!name.equals("laptops")) {
                return null;
            }
            EnrollmentToken token = new EnrollmentToken();
            token.setMetadata(new ObjectMetaBuilder()
                    .withNamespace(namespace)
                    .withName(name)
                    .withResourceVersion(Integer.toString(version))
                    .build());
            EnrollmentTokenSpec spec = TokenDecisionTest.spec("2027-01-01T00:00:00Z", List.of(), List.of(), false);
            token.setSpec(new EnrollmentTokenSpec(
                    spec.secretHash(),
                    spec.expiresAt(),
                    maxUses,
                    spec.approval(),
                    spec.labels(),
                    spec.ownership(),
                    spec.platforms(),
                    spec.serialNumbers(),
                    false));
            token.setStatus(new EnrollmentTokenStatus(1L, uses, lastUsedAt, List.of()));
            return token;
        }

        @Override
        public synchronized boolean compareAndSet(EnrollmentToken read, EnrollmentTokenStatus status) {
            if (!read.getMetadata().getResourceVersion().equals(Integer.toString(version))) {
                return false;
            }
            version++;
            uses = status.uses();
            lastUsedAt = status.lastUsedAt();
            return true;
        }
    }

    @Test
    void however_many_ask_two_replicas_at_once_no_more_than_max_uses_get_in() {
        OneToken token = new OneToken(7);
        try (TokenUses one = new TokenUses(token, () -> NOW);
                TokenUses two = new TokenUses(token, () -> NOW)) {
            List<CompletableFuture<@Nullable Refusal>> claims = IntStream.range(0, 200)
                    .mapToObj(i -> (i % 2 == 0 ? one : two).claim("acme", "laptops"))
                    .toList();

            assertThat(claims.stream().map(CompletableFuture::join).filter(refusal -> refusal == null))
                    .hasSize(7);
            assertThat(claims.stream().map(CompletableFuture::join))
                    .allMatch(refusal -> refusal == null || refusal.message().contains("spec.maxUses 7"));
            assertThat(token.uses).isEqualTo(7);
            assertThat(token.lastUsedAt).isEqualTo("2026-11-25T12:00:00Z");
        }
    }

    @Test
    void claims_that_come_together_cost_few_writes() {
        OneToken token = new OneToken(1000);
        try (TokenUses uses = new TokenUses(token, () -> NOW)) {
            List<CompletableFuture<@Nullable Refusal>> claims = IntStream.range(0, 1000)
                    .mapToObj(i -> uses.claim("acme", "laptops"))
                    .toList();

            assertThat(claims.stream().map(CompletableFuture::join)).containsOnlyNulls();
            assertThat(token.version).isLessThan(1000);
        }
    }

    @Test
    void a_claim_while_the_api_server_is_away_is_refused_for_now() {
        OneToken token = new OneToken(1);
        token.away = true;
        try (TokenUses uses = new TokenUses(token, () -> NOW)) {
            Refusal refusal = uses.claim("acme", "laptops").join();

            assertThat(refusal).isNotNull();
            assertThat(refusal.status()).isEqualTo(503);
            assertThat(refusal.retryAfterSeconds()).isPositive();
            token.away = false;
        }
    }

    @Test
    void a_claim_on_a_token_that_is_gone_is_refused() {
        try (TokenUses uses = new TokenUses(new OneToken(1), () -> NOW)) {
            assertThat(uses.claim("acme", "other").join()).isEqualTo(TokenDecision.UNKNOWN);
        }
    }

    @Test
    void uses_of_an_unlimited_token_are_written_together_and_not_lost_while_the_api_server_is_away() {
        OneToken token = new OneToken(null);
        try (TokenUses uses = new TokenUses(token, () -> NOW)) {
            token.away = true;
            IntStream.range(0, 50).forEach(i -> uses.count("acme", "laptops"));
            uses.writeCounted();
            token.away = false;
            uses.count("acme", "laptops");
            uses.writeCounted();

            assertThat(token.uses).isEqualTo(51);
            assertThat(token.version).isEqualTo(1);
        }
    }
}
