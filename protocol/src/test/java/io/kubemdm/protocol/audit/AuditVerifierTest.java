package io.kubemdm.protocol.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubemdm.protocol.audit.AuditVerifier.Finding;
import io.kubemdm.protocol.audit.Flaw.Kind;
import io.kubemdm.protocol.json.MalformedJson;
import io.kubemdm.protocol.trust.Signer;
import io.kubemdm.protocol.trust.TestKeys;
import io.kubemdm.protocol.trust.Verifier;
import java.security.KeyPair;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AuditVerifierTest {

    private static final Duration HOUR = Duration.ofHours(1);
    private static final KeyPair ENGINE = TestKeys.p256();
    private static final KeyPair OTHER = TestKeys.p256();
    private static final Signer SIGNER = signer(ENGINE);

    private final WrittenLog log = WrittenLog.of(10, 2, 2);
    private final List<SignedHead> heads = List.of(log.head(4, SIGNER), log.head(8, SIGNER));

    @Test
    void a_whole_log_verifies_and_says_how_far_it_is_signed() {
        assertThat(finding(heads, log.records, verifier())).isEqualTo(new Finding(0, 10, 18, 16, null));
    }

    @Test
    void a_tail_that_is_gone_is_told_by_the_head_above_it() {
        Flaw flaw = flaw(heads, log.records.subList(0, 7), verifier());

        assertThat(flaw.kind()).isEqualTo(Kind.Cut);
        assertThat(flaw.offset()).isEqualTo(12);
    }

    @Test
    void a_log_whose_chain_was_written_anew_is_told_by_the_heads() {
        // All of it recomputed, as somebody with write access to Kafka could.
        WrittenLog forged = WrittenLog.of(20, 3, 2);

        Flaw flaw = flaw(heads, forged.records, verifier());

        assertThat(flaw.kind()).isEqualTo(Kind.Rewritten);
    }

    @Test
    void an_edited_record_is_told_before_the_head_that_misses_it() {
        List<AuditRecord> records = new ArrayList<>(log.records);
        records.set(4, log.edited(4, "PeerGone", "PeerHere"));

        assertThat(flaw(heads, records, verifier()).kind()).isEqualTo(Kind.EditedOrMissing);
    }

    @Test
    void somebody_else_s_head_accuses_nobody_and_is_told() {
        List<SignedHead> forged =
                List.of(log.head(4, SIGNER), WrittenLog.of(20, 3, 2).head(19, signer(OTHER)));

        assertThat(flaw(forged, log.records, verifier()).kind()).isEqualTo(Kind.ForgedHead);
    }

    @Test
    void a_head_of_somebody_else_at_the_right_record_is_told() {
        assertThat(flaw(List.of(log.head(8, signer(OTHER))), log.records, verifier())
                        .kind())
                .isEqualTo(Kind.ForgedHead);
    }

    @Test
    void a_head_that_is_none_is_told() {
        List<SignedHead> rubbish = List.of(new SignedHead(0, 0, WrittenLog.BEGIN, "rubbish"), heads.getLast());

        assertThat(flaw(rubbish, log.records, verifier()).kind()).isEqualTo(Kind.ForgedHead);
    }

    @Test
    void records_old_enough_for_a_head_must_have_one() {
        AuditVerifier strict = new AuditVerifier(verifier(), Duration.ofSeconds(5));
        feed(strict, heads, log.records);
        assertThat(strict.findings().getFirst().flaw()).isNull();

        AuditVerifier headless = new AuditVerifier(verifier(), Duration.ofSeconds(5));
        feed(headless, List.of(), log.records);
        assertThat(headless.findings().getFirst().flaw())
                .isNotNull()
                .extracting(Flaw::kind, Flaw::offset)
                .containsExactly(Kind.Unsigned, 0L);
    }

    @Test
    void without_a_trust_bundle_heads_still_accuse() {
        assertThat(flaw(heads, log.records.subList(0, 7), null).kind()).isEqualTo(Kind.Cut);
    }

    @Test
    void heads_of_what_retention_took_accuse_nobody() {
        AuditVerifier verifier = new AuditVerifier(verifier(), HOUR);
        verifier.accept(begin());
        verifier.accept(AuditLine.of(new AuditLine.Partition(0, 12, 20)));
        heads.forEach(head -> verifier.accept(AuditLine.of(head)));
        log.records.subList(6, 10).forEach(record -> verifier.accept(AuditLine.of(record)));

        assertThat(verifier.findings().getFirst().flaw()).isNull();
    }

    @Test
    void an_export_that_ends_early_is_not_complete() {
        AuditVerifier verifier = new AuditVerifier(null, HOUR);
        feed(verifier, heads, log.records);
        assertThat(verifier.complete()).isFalse();
        verifier.accept(AuditLine.of(new AuditLine.End(10)));
        assertThat(verifier.complete()).isTrue();

        AuditVerifier short1 = new AuditVerifier(null, HOUR);
        feed(short1, heads, log.records);
        short1.accept(AuditLine.of(new AuditLine.End(11)));
        assertThat(short1.complete()).isFalse();
    }

    @Test
    void what_is_no_export_is_refused() {
        AuditVerifier verifier = new AuditVerifier(null, HOUR);
        assertThatThrownBy(() -> verifier.accept(AuditLine.of(log.records.getFirst())))
                .isInstanceOf(MalformedJson.class)
                .hasMessageContaining("begin");
        verifier.accept(begin());
        assertThatThrownBy(() -> verifier.accept(AuditLine.of(log.records.getFirst())))
                .isInstanceOf(MalformedJson.class)
                .hasMessageContaining("partition 0");
    }

    private static Finding finding(List<SignedHead> heads, List<AuditRecord> records, @Nullable Verifier trusted) {
        AuditVerifier verifier = new AuditVerifier(trusted, HOUR);
        feed(verifier, heads, records);
        return verifier.findings().getFirst();
    }

    private static Flaw flaw(List<SignedHead> heads, List<AuditRecord> records, @Nullable Verifier trusted) {
        Flaw flaw = finding(heads, records, trusted).flaw();
        assertThat(flaw).isNotNull();
        return flaw;
    }

    private static void feed(AuditVerifier verifier, List<SignedHead> heads, List<AuditRecord> records) {
        verifier.accept(begin());
        verifier.accept(AuditLine.of(new AuditLine.Partition(0, 0, 100)));
        heads.forEach(head -> verifier.accept(AuditLine.of(head)));
        records.forEach(record -> verifier.accept(AuditLine.of(record)));
    }

    private static AuditLine begin() {
        return AuditLine.of(new AuditLine.Begin(AuditLine.VERSION, WrittenLog.BEGIN.plusSeconds(11), 1));
    }

    private static Verifier verifier() {
        return new Verifier(List.of((ECPublicKey) ENGINE.getPublic()));
    }

    private static Signer signer(KeyPair keys) {
        return new Signer((ECPrivateKey) keys.getPrivate(), (ECPublicKey) keys.getPublic());
    }
}
