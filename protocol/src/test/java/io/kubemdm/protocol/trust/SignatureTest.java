package io.kubemdm.protocol.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubemdm.protocol.bundle.Digest;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.order.WithdrawnOrder;
import io.kubemdm.protocol.trust.SignatureRefused.Reason;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SignatureTest {

    private static final WithdrawnOrder ORDER =
            new WithdrawnOrder("w-1", new DeviceId("corp", "d-a"), 1, Instant.EPOCH, Instant.EPOCH);

    private final KeyPair ours = TestKeys.p256();
    private final KeyPair foreign = TestKeys.p256();
    private final Verifier verifier = new Verifier(List.of((ECPublicKey) ours.getPublic()));

    @Test
    void what_a_trusted_key_signed_is_believed_with_its_digest() {
        String jws = signer(ours).sign(JwsType.WITHDRAWN, ORDER);

        Verifier.Verified<WithdrawnOrder> verified = verifier.verify(JwsType.WITHDRAWN, jws, WithdrawnOrder.class);

        assertThat(verified.payload()).isEqualTo(ORDER);
        assertThat(verified.keyId()).isEqualTo(KeyId.of(ours.getPublic()));
        assertThat(verified.digest()).isEqualTo(Digest.of(Base64.getUrlDecoder().decode(jws.split("\\.", -1)[1])));
    }

    @Test
    void a_signature_of_one_kind_is_not_accepted_as_another() {
        String jws = signer(ours).sign(JwsType.COMMAND, ORDER);

        assertRefused(jws, Reason.WrongType);
    }

    @Test
    void a_foreign_key_is_refused() {
        assertRefused(signer(foreign).sign(JwsType.WITHDRAWN, ORDER), Reason.UnknownKey);
    }

    @Test
    void a_foreign_key_under_our_key_id_is_refused() {
        String[] good = signer(ours).sign(JwsType.WITHDRAWN, ORDER).split("\\.", -1);
        String[] bad = signer(foreign).sign(JwsType.WITHDRAWN, ORDER).split("\\.", -1);

        assertRefused(good[0] + "." + good[1] + "." + bad[2], Reason.BadSignature);
    }

    @Test
    void every_flipped_byte_of_the_payload_is_refused() {
        String[] parts = signer(ours).sign(JwsType.WITHDRAWN, ORDER).split("\\.", -1);
        byte[] payload = Base64.getUrlDecoder().decode(parts[1]);
        for (int i = 0; i < payload.length; i++) {
            byte[] flipped = payload.clone();
            flipped[i] ^= 1;
            String forged =
                    parts[0] + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(flipped) + "." + parts[2];
            assertRefused(forged, Reason.BadSignature);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "a.b.c", "..", "eyJhbGciOiJub25lIn0.e30.", "eyJhbGciOiJIUzI1NiJ9.e30.AAAA"})
    void rubbish_and_other_algorithms_are_malformed(String text) {
        assertRefused(text, Reason.Malformed);
    }

    @Test
    void a_well_signed_payload_of_another_shape_is_malformed() {
        String jws = signer(ours).sign(JwsType.WITHDRAWN, "[]".getBytes(StandardCharsets.UTF_8));

        assertRefused(jws, Reason.Malformed);
    }

    private void assertRefused(String jws, Reason reason) {
        assertThatThrownBy(() -> verifier.verify(JwsType.WITHDRAWN, jws, WithdrawnOrder.class))
                .isInstanceOfSatisfying(
                        SignatureRefused.class, e -> assertThat(e.reason()).isEqualTo(reason));
    }

    private static Signer signer(KeyPair pair) {
        return new Signer((ECPrivateKey) pair.getPrivate(), (ECPublicKey) pair.getPublic());
    }
}
