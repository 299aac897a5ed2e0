package io.kubemdm.agent;

import io.kubemdm.agent.identity.DeviceKey;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.util.Set;
import javax.net.ssl.CertPathTrustManagerParameters;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * The TLS of {@link WarmGateway}, by the JDK alone: Netty's server context loads Bouncy Castle's provider, a thousand classes
 * that would go into every agent's archive and memory.
 */
final class WarmServer extends X509ExtendedKeyManager {

    private static final String ALIAS = "warm";

    private final DeviceKey key;
    private final X509Certificate certificate;

    private WarmServer(DeviceKey key, X509Certificate certificate) {
        this.key = key;
        this.certificate = certificate;
    }

    /** A context that shows {@code certificate} and believes whom it has issued. */
    static SSLContext context(DeviceKey key, X509Certificate certificate) throws GeneralSecurityException {
        PKIXBuilderParameters issued =
                new PKIXBuilderParameters(Set.of(new TrustAnchor(certificate, null)), new X509CertSelector());
        issued.setRevocationEnabled(false);
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(new CertPathTrustManagerParameters(issued));
        SSLContext context = SSLContext.getInstance("TLSv1.3");
        context.init(new KeyManager[] {new WarmServer(key, certificate)}, trust.getTrustManagers(), null);
        return context;
    }

    @Override
    public String chooseEngineServerAlias(String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
        return ALIAS;
    }

    @Override
    public String chooseServerAlias(String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return ALIAS;
    }

    @Override
    public String[] getServerAliases(String keyType, Principal @Nullable [] issuers) {
        return new String[] {ALIAS};
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
        return new X509Certificate[] {certificate};
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
        return key.handle();
    }

    @Override
    public @Nullable String chooseClientAlias(
            String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return null;
    }

    @Override
    public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
        return null;
    }
}
