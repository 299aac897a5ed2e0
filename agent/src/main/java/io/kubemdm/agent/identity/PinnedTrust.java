package io.kubemdm.agent.identity;

import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import javax.net.ssl.CertPathTrustManagerParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/**
 * Trusts servers under given roots and nobody else. A server certificate that seems to begin within the next two days is
 * taken: the device's clock is the likelier one to be wrong. Not an extended trust manager, so that the TLS engine
 * checks the server's name itself.
 */
final class PinnedTrust implements X509TrustManager {

    static final Duration CLOCK_MAY_BE_BEHIND = Duration.ofDays(2);

    private final Set<TrustAnchor> anchors;
    private final List<X509Certificate> roots;
    private final Clock clock;

    PinnedTrust(List<X509Certificate> roots, Clock clock) {
        this.roots = List.copyOf(roots);
        this.anchors = roots.stream().map(root -> new TrustAnchor(root, null)).collect(Collectors.toUnmodifiableSet());
        this.clock = clock;
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw new CertificateException("the agent is never a TLS server");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        try {
            PKIXBuilderParameters parameters = new PKIXBuilderParameters(anchors, new X509CertSelector());
            parameters.setRevocationEnabled(false);
            parameters.setDate(Date.from(moment(chain)));
            TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
            factory.init(new CertPathTrustManagerParameters(parameters));
            for (TrustManager trust : factory.getTrustManagers()) {
                if (trust instanceof X509TrustManager x509) {
                    x509.checkServerTrusted(chain, authType);
                    return;
                }
            }
            throw new CertificateException("this Java runtime has no X.509 trust manager");
        } catch (CertificateException e) {
            throw e;
        } catch (GeneralSecurityException e) {
            throw new CertificateException("the server's chain cannot be checked", e);
        }
    }

    private Instant moment(X509Certificate[] chain) {
        Instant now = clock.instant();
        Instant latest = now;
        for (X509Certificate certificate : chain) {
            Instant begins = certificate.getNotBefore().toInstant();
            if (begins.isAfter(latest) && begins.isBefore(now.plus(CLOCK_MAY_BE_BEHIND))) {
                latest = begins;
            }
        }
        return latest;
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return roots.toArray(X509Certificate[]::new);
    }
}
