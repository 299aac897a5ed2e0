package io.kubemdm.gateway.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubemdm.bus.CompactedTopic;
import io.kubemdm.bus.DeadLetter;
import io.kubemdm.bus.Topic;
import io.kubemdm.gateway.TestPki;
import io.kubemdm.protocol.bundle.Digest;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.ledger.LedgerEntry;
import io.kubemdm.protocol.ledger.Revocation;
import io.kubemdm.protocol.trust.JwsType;
import io.kubemdm.protocol.trust.Signer;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CertificateLedgerTest {

    private static final TestPki PKI = TestPki.create();
    private static final DeviceId DEVICE = new DeviceId("acme", "d-one");
    private static final DeviceId OTHER = new DeviceId("acme", "d-two");
    private static final String FIRST = Digest.of("first".getBytes(StandardCharsets.UTF_8));
    private static final String SECOND = Digest.of("second".getBytes(StandardCharsets.UTF_8));

    private final Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    private final List<DeadLetter> deadLetters = new ArrayList<>();
    private final CertificateLedger ledger =
            new CertificateLedger(PKI.trust(), "kubemdm-gateway", () -> now, deadLetters::add);

    @Test
    void a_certificate_in_the_ledger_is_listed_with_its_epoch() {
        issue(FIRST, DEVICE, 3);

        assertThat(ledger.authorize(FIRST, DEVICE))
                .isEqualTo(new Authorization.Listed(
                        DEVICE, 3, now.minus(Duration.ofHours(1)), now.plus(Duration.ofDays(30))));
        assertThat(ledger.highestEpoch(DEVICE)).isEqualTo(3);
    }

    @Test
    void a_fleet_is_every_device_that_ever_enrolled_once() {
        revoke(OTHER, now);
        issue(FIRST, DEVICE, 1);
        issue(SECOND, DEVICE, 2);
        assertThat(ledger.devices("acme")).isEqualTo(1);

        issue(Digest.of("third".getBytes(StandardCharsets.UTF_8)), OTHER, 1);

        assertThat(ledger.devices("acme")).isEqualTo(2);
        assertThat(ledger.devices("other")).isZero();
    }

    @Test
    void what_was_revoked_or_superseded_is_void_until_its_end() {
        issue(FIRST, DEVICE, 1);
        assertThat(ledger.voided()).isEmpty();

        issue(SECOND, DEVICE, 2);
        assertThat(ledger.voided())
                .containsExactly(new VoidCertificate(
                        serial(FIRST), now.minus(Duration.ofHours(1)), VoidCertificate.Why.Superseded));

        revoke(DEVICE, now);
        assertThat(ledger.voided())
                .containsExactlyInAnyOrder(
                        new VoidCertificate(serial(FIRST), now, VoidCertificate.Why.Revoked),
                        new VoidCertificate(serial(SECOND), now, VoidCertificate.Why.Revoked));
    }

    @Test
    void what_has_ended_needs_no_revocation() {
        accept(
                Topic.CERTIFICATES,
                FIRST,
                PKI.ledger()
                        .sign(JwsType.LEDGER, new LedgerEntry(FIRST, DEVICE, 1, now.minusSeconds(9), now, "", "77")));
        revoke(DEVICE, now);

        assertThat(ledger.voided()).isEmpty();
    }

    @Test
    void a_certificate_nobody_recorded_is_unlisted() {
        assertThat(ledger.authorize(FIRST, DEVICE)).isInstanceOf(Authorization.Unlisted.class);
        assertThat(ledger.authorize("rubbish", DEVICE)).isInstanceOf(Authorization.Unlisted.class);
    }

    @Test
    void a_certificate_of_one_device_says_nothing_for_another() {
        issue(FIRST, DEVICE, 1);

        assertThat(ledger.authorize(FIRST, OTHER)).isEqualTo(new Authorization.Foreign(DEVICE));
    }

    @Test
    void enrolling_again_supersedes_the_earlier_enrolment_and_tells() {
        List<DeviceId> told = told();
        issue(FIRST, DEVICE, 1);
        issue(SECOND, DEVICE, 2);

        assertThat(ledger.authorize(FIRST, DEVICE)).isEqualTo(new Authorization.Superseded(DEVICE, 1, 2));
        assertThat(ledger.authorize(SECOND, DEVICE)).isInstanceOf(Authorization.Listed.class);
        assertThat(told).containsExactly(DEVICE);
    }

    @Test
    void a_renewal_leaves_the_earlier_certificate_of_the_same_epoch_listed() {
        List<DeviceId> told = told();
        issue(FIRST, DEVICE, 1);
        issue(SECOND, DEVICE, 1);

        assertThat(ledger.authorize(FIRST, DEVICE)).isInstanceOf(Authorization.Listed.class);
        assertThat(told).isEmpty();
    }

    @Test
    void a_revocation_takes_what_was_issued_before_it_and_never_moves_back() {
        List<DeviceId> told = told();
        issue(FIRST, DEVICE, 1);
        revoke(DEVICE, now);
        revoke(DEVICE, now.minus(Duration.ofDays(1)));

        assertThat(ledger.authorize(FIRST, DEVICE)).isEqualTo(new Authorization.Revoked(DEVICE, 1, now));
        assertThat(told).containsExactly(DEVICE);
    }

    @Test
    void a_revocation_read_before_the_certificate_still_takes_it() {
        revoke(DEVICE, now);
        issue(FIRST, DEVICE, 1);

        assertThat(ledger.authorize(FIRST, DEVICE)).isInstanceOf(Authorization.Revoked.class);
    }

    @Test
    void a_certificate_issued_after_the_revocation_is_listed() {
        revoke(DEVICE, now.minus(Duration.ofHours(2)));
        issue(FIRST, DEVICE, 1);

        assertThat(ledger.authorize(FIRST, DEVICE)).isInstanceOf(Authorization.Listed.class);
    }

    @Test
    void a_record_signed_by_the_wrong_key_changes_nothing_and_becomes_a_dead_letter() {
        accept(Topic.CERTIFICATES, FIRST, PKI.orders().sign(JwsType.LEDGER, entry(FIRST, DEVICE, 1)));
        accept(
                Topic.REVOCATIONS,
                DEVICE.toString(),
                PKI.ledger().sign(JwsType.REVOCATION, "{}".getBytes(StandardCharsets.UTF_8)));

        assertThat(ledger.authorize(FIRST, DEVICE)).isInstanceOf(Authorization.Unlisted.class);
        assertThat(deadLetters).hasSize(2).allMatch(letter -> letter.reason().contains("no key we trust"));
    }

    @Test
    void a_record_moved_under_another_key_changes_nothing_and_becomes_a_dead_letter() {
        accept(Topic.CERTIFICATES, SECOND, PKI.ledger().sign(JwsType.LEDGER, entry(FIRST, DEVICE, 1)));
        accept(Topic.CERTIFICATES, "poison", "rubbish");
        accept(
                Topic.REVOCATIONS,
                OTHER.toString(),
                PKI.orders().sign(JwsType.REVOCATION, new Revocation(DEVICE, now, "x")));

        assertThat(ledger.size()).isZero();
        assertThat(deadLetters).hasSize(3);
    }

    @Test
    void waiting_ends_when_the_record_arrives() {
        CompletableFuture<Authorization> answer = ledger.whenListed(FIRST, DEVICE, Duration.ofMinutes(1));
        assertThat(answer).isNotDone();

        issue(FIRST, DEVICE, 1);

        assertThat(answer).isCompletedWithValueMatching(Authorization.Listed.class::isInstance);
    }

    @Test
    void waiting_ends_unlisted_when_no_record_arrives() {
        assertThat(ledger.whenListed(FIRST, DEVICE, Duration.ofMillis(20)))
                .succeedsWithin(Duration.ofSeconds(5))
                .isInstanceOf(Authorization.Unlisted.class);
    }

    @Test
    void a_tombstone_forgets_the_certificate_but_not_the_epoch() {
        issue(FIRST, DEVICE, 4);
        accept(Topic.CERTIFICATES, FIRST, null);

        assertThat(ledger.authorize(FIRST, DEVICE)).isInstanceOf(Authorization.Unlisted.class);
        assertThat(ledger.highestEpoch(DEVICE)).isEqualTo(4);
    }

    private List<DeviceId> told() {
        List<DeviceId> told = new ArrayList<>();
        ledger.onLoss(told::add);
        return told;
    }

    private void issue(String fingerprint, DeviceId device, long epoch) {
        accept(Topic.CERTIFICATES, fingerprint, PKI.ledger().sign(JwsType.LEDGER, entry(fingerprint, device, epoch)));
    }

    private static BigInteger serial(String fingerprint) {
        return new BigInteger(fingerprint.substring("sha256:".length(), "sha256:".length() + 32), 16);
    }

    private LedgerEntry entry(String fingerprint, DeviceId device, long epoch) {
        return new LedgerEntry(
                fingerprint,
                device,
                epoch,
                now.minus(Duration.ofHours(1)),
                now.plus(Duration.ofDays(30)),
                "",
                serial(fingerprint).toString());
    }

    private void revoke(DeviceId device, Instant before) {
        Signer orders = PKI.orders();
        accept(
                Topic.REVOCATIONS,
                device.toString(),
                orders.sign(JwsType.REVOCATION, new Revocation(device, before, "lost")));
    }

    private void accept(Topic topic, String key, @Nullable String value) {
        ledger.accept(new CompactedTopic.Entry(
                topic, key, value == null ? null : value.getBytes(StandardCharsets.US_ASCII), 0, 0, now));
    }
}
