package io.kubemdm.agent.identity;

import io.kubemdm.agent.store.Store;
import io.kubemdm.protocol.trust.JwsType;
import io.kubemdm.protocol.trust.Pem;
import io.kubemdm.protocol.trust.Signer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Keys as files readable by the agent's user only: PKCS#8, followed by the public key. */
public final class SoftwareKeys implements DeviceKeys {

    private static final String PUBLIC_BEGIN = "-----BEGIN PUBLIC KEY-----";
    private static final String PUBLIC_END = "-----END PUBLIC KEY-----";

    private final Store store;

    /** Keys below {@code keys/} of the store. */
    public SoftwareKeys(Store store) {
        this.store = store;
    }

    @Override
    public DeviceKey create(String name) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            KeyPair pair = generator.generateKeyPair();
            String publicPem = PUBLIC_BEGIN + "\n"
                    + Base64.getMimeEncoder(64, new byte[] {'\n'})
                            .encodeToString(pair.getPublic().getEncoded())
                    + "\n" + PUBLIC_END + "\n";
            store.write(file(name), (Pem.of(pair.getPrivate()) + publicPem).getBytes(StandardCharsets.US_ASCII));
            return new SoftwareKey((ECPrivateKey) pair.getPrivate(), (ECPublicKey) pair.getPublic());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime cannot make P-256 keys", e);
        }
    }

    @Override
    public @Nullable DeviceKey find(String name) {
        byte[] content = store.read(file(name));
        if (content == null) {
            return null;
        }
        String pem = new String(content, StandardCharsets.US_ASCII);
        return new SoftwareKey(Pem.privateKey(pem), publicKey(pem));
    }

    @Override
    public void erase(String name) {
        store.delete(file(name));
    }

    private static String file(String name) {
        return "keys/" + name + ".pem";
    }

    private static ECPublicKey publicKey(String pem) {
        int begin = pem.indexOf(PUBLIC_BEGIN);
        int end = pem.indexOf(PUBLIC_END);
        if (begin < 0 || end < begin) {
            throw new IllegalArgumentException(
                    "the key file has no 'BEGIN PUBLIC KEY' block: restore it or enrol again");
        }
        try {
            byte[] der = Base64.getMimeDecoder().decode(pem.substring(begin + PUBLIC_BEGIN.length(), end));
            return (ECPublicKey) KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(der));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("the key file's public key is broken: restore it or enrol again", e);
        }
    }

    private static final class SoftwareKey implements DeviceKey {
        private final ECPrivateKey privateKey;
        private final ECPublicKey publicKey;

        SoftwareKey(ECPrivateKey privateKey, ECPublicKey publicKey) {
            this.privateKey = privateKey;
            this.publicKey = publicKey;
        }

        @Override
        public ECPublicKey publicKey() {
            return publicKey;
        }

        @Override
        public PrivateKey handle() {
            return privateKey;
        }

        @Override
        public String sign(JwsType type, Object payload) {
            return new Signer(privateKey, publicKey).sign(type, payload);
        }

        @Override
        public String sign(JwsType type, Object payload, List<X509Certificate> certificates) {
            return new Signer(privateKey, publicKey).sign(type, payload, certificates);
        }
    }
}
