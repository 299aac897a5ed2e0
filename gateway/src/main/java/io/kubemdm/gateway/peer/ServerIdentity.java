package io.kubemdm.gateway.peer;

import io.kubemdm.protocol.trust.Pem;
import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/** The gateway's own certificate and key, which may be replaced while connections come in. */
public final class ServerIdentity extends X509ExtendedKeyManager {

    private static final String ALIAS = "gateway";

    private record Pair(List<X509Certificate> chain, PrivateKey key) {}

    private volatile Pair pair;

    /**
     * An identity.
     *
     * @param certificates PEM, leaf first
     * @param key PEM, PKCS#8
     * @throws IllegalArgumentException when one is not what it should be
     */
    public ServerIdentity(String certificates, String key) {
        this.pair = pair(certificates, key);
    }

    /** Another one from now on, with the errors of the constructor. */
    public void replace(String certificates, String key) {
        pair = pair(certificates, key);
    }

    private static Pair pair(String certificates, String key) {
        return new Pair(Pem.certificates(certificates), Pem.privateKey(key));
    }

    @Override
    public String[] getClientAliases(String keyType, Principal @Nullable [] issuers) {
        return new String[0];
    }

    @Override
    public @Nullable String chooseClientAlias(String[] keyType, Principal @Nullable [] issuers, Socket socket) {
        return null;
    }

    @Override
    public String[] getServerAliases(String keyType, Principal @Nullable [] issuers) {
        return new String[] {ALIAS};
    }

    @Override
    public @Nullable String chooseServerAlias(String keyType, Principal @Nullable [] issuers, Socket socket) {
        return forKey(keyType);
    }

    @Override
    public @Nullable String chooseEngineServerAlias(String keyType, Principal @Nullable [] issuers, SSLEngine engine) {
        return forKey(keyType);
    }

    private static @Nullable String forKey(String keyType) {
        return keyType.startsWith("EC") ? ALIAS : null;
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(String alias) {
        return ALIAS.equals(alias) ? pair.chain().toArray(X509Certificate[]::new) : null;
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(String alias) {
        return ALIAS.equals(alias) ? pair.key() : null;
    }
}
