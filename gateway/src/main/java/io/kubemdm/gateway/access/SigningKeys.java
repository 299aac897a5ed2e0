package io.kubemdm.gateway.access;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import io.kubemdm.gateway.TrustFiles;
import io.kubemdm.protocol.trust.KeyId;
import io.kubemdm.protocol.trust.Pem;
import io.kubemdm.protocol.trust.Signer;
import java.nio.file.Path;
import java.security.interfaces.ECPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The key that signs and the one that will, as mounted. Both are published (RFC 7517), so that verifiers know a key before
 * its first token; one that was replaced stays published until its last token has ended.
 */
final class SigningKeys {

    private static final Logger LOG = LoggerFactory.getLogger(SigningKeys.class);

    /** Tokens live 300 s, other replicas look for new files within a minute or two. */
    private static final Duration FAREWELL = Duration.ofMinutes(10);

    private record Former(ECPublicKey key, Instant until) {}

    private record Keys(
            Signer signer,
            ECPublicKey present,
            ECPublicKey next,
            @Nullable Former former) {}

    private final Path presentFolder;
    private final Path nextFolder;
    private final InstantSource clock;
    private volatile Keys keys;

    /**
     * Reads the files.
     *
     * @throws IllegalStateException naming the file that cannot be read
     * @throws IllegalArgumentException when one is not what it should be
     */
    SigningKeys(Path presentFolder, Path nextFolder, InstantSource clock) {
        this.presentFolder = presentFolder;
        this.nextFolder = nextFolder;
        this.clock = clock;
        this.keys = read(null);
    }

    /** Signs tokens now. */
    Signer signer() {
        return keys.signer();
    }

    /** The public keys as a JWK Set. */
    String jwks() {
        Keys current = keys;
        List<JWK> all = new ArrayList<>(List.of(jwk(current.present()), jwk(current.next())));
        Former former = current.former();
        if (former != null && clock.instant().isBefore(former.until())) {
            all.add(jwk(former.key()));
        }
        return new JWKSet(all).toString();
    }

    /** Looks at the files again; what cannot be read leaves the old keys in force. */
    void look() {
        try {
            Keys old = keys;
            Keys fresh = read(old.former());
            boolean replaced = !fresh.present().equals(old.present());
            if (replaced) {
                fresh = new Keys(
                        fresh.signer(),
                        fresh.present(),
                        fresh.next(),
                        new Former(old.present(), clock.instant().plus(FAREWELL)));
                LOG.info(
                        "tokens are signed by another key kid={}",
                        fresh.signer().keyId());
            }
            keys = fresh;
        } catch (IllegalStateException | IllegalArgumentException e) {
            LOG.warn("mounted token keys cannot be read, the old stay in force: {}", e.getMessage());
        }
    }

    private Keys read(@Nullable Former former) {
        ECPublicKey present = publicKey(presentFolder);
        Path file = presentFolder.resolve("tls.key");
        Signer signer;
        try {
            signer = new Signer(Pem.privateKey(TrustFiles.text(file)), present);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
        }
        return new Keys(signer, present, publicKey(nextFolder), former);
    }

    private static ECPublicKey publicKey(Path folder) {
        Path file = folder.resolve("tls.crt");
        if (TrustFiles.certificates(file).getFirst().getPublicKey() instanceof ECPublicKey key) {
            return key;
        }
        throw new IllegalArgumentException(file + ": the key is not on P-256");
    }

    private static JWK jwk(ECPublicKey key) {
        return new ECKey.Builder(Curve.P_256, key)
                .keyID(KeyId.of(key))
                .keyUse(KeyUse.SIGNATURE)
                .algorithm(JWSAlgorithm.ES256)
                .build();
    }
}
