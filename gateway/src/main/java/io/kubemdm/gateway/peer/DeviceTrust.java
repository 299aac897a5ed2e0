package io.kubemdm.gateway.peer;

import io.kubemdm.protocol.bundle.Digest;
import io.kubemdm.protocol.trust.KeyUse;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Believes device certificates that chain to a root and are for client authentication, also ended ones, whose chain is
 * judged at their end: a device that was away for long must be heard before it can be sent off or given its wipe. That a
 * chain is good is remembered by fingerprint, because checking it takes an event loop 1–2 ms; whether its holder may
 * connect is not this class's question and is never remembered. The roots may be replaced while connections come in.
 */
public final class DeviceTrust extends X509ExtendedTrustManager {

    private static final int MAX_REMEMBERED = 200_000;

    private record Roots(Set<TrustAnchor> anchors, Map<String, Instant> goodUntil) {}

    private final Clock clock;
    private volatile Roots roots;

    /** Believes what chains to one of {@code roots}. */
    public DeviceTrust(Collection<X509Certificate> roots, Clock clock) {
        this.clock = clock;
        this.roots = fresh(roots);
    }

    /** Other roots from now on; nothing is remembered across. */
    public void replace(Collection<X509Certificate> newRoots) {
        roots = fresh(newRoots);
    }

    private static Roots fresh(Collection<X509Certificate> certificates) {
        return new Roots(
                certificates.stream().map(root -> new TrustAnchor(root, null)).collect(Collectors.toUnmodifiableSet()),
                new ConcurrentHashMap<>());
    }

    private void check(X509Certificate[] chain) throws CertificateException {
        if (chain == null || chain.length == 0 || chain.length > 4) {
            throw new CertificateException("a chain of one to four certificates is needed");
        }
        Roots current = roots;
        String fingerprint = fingerprint(chain[0]);
        Instant now = clock.instant();
        Instant goodUntil = current.goodUntil().get(fingerprint);
        if (goodUntil != null && now.isBefore(goodUntil)) {
            return;
        }
        Instant end = chain[0].getNotAfter().toInstant();
        boolean ended = now.isAfter(end);
        validate(chain, current, ended ? end : now);
        if (current.goodUntil().size() >= MAX_REMEMBERED) {
            current.goodUntil().clear();
        }
        // What held at the end of an ended certificate holds for ever.
        current.goodUntil().put(fingerprint, ended ? Instant.MAX : earliestEnd(chain));
    }

    private static void validate(X509Certificate[] chain, Roots roots, Instant at) throws CertificateException {
        List<String> uses = chain[0].getExtendedKeyUsage();
        if (uses == null || !uses.contains(KeyUse.DEVICE.oid())) {
            throw new CertificateException("the certificate is not for client authentication");
        }
        if (chain[0].getBasicConstraints() >= 0) {
            throw new CertificateException("a certification authority is no device");
        }
        try {
            PKIXParameters parameters = new PKIXParameters(roots.anchors());
            // Revocation is the ledger's, on every connection.
            parameters.setRevocationEnabled(false);
            parameters.setDate(Date.from(at));
            CertPathValidator.getInstance("PKIX")
                    .validate(
                            CertificateFactory.getInstance("X.509").generateCertPath(withoutRoots(chain, roots)),
                            parameters);
        } catch (GeneralSecurityException e) {
            throw new CertificateException("the chain does not lead to our root: " + e.getMessage(), e);
        }
    }

    private static List<X509Certificate> withoutRoots(X509Certificate[] chain, Roots roots) {
        Set<X509Certificate> trusted =
                roots.anchors().stream().map(TrustAnchor::getTrustedCert).collect(Collectors.toSet());
        return Stream.of(chain).takeWhile(each -> !trusted.contains(each)).toList();
    }

    private static Instant earliestEnd(X509Certificate[] chain) {
        return Stream.of(chain)
                .map(each -> each.getNotAfter().toInstant())
                .min(Instant::compareTo)
                .orElseThrow();
    }

    private static String fingerprint(X509Certificate certificate) throws CertificateException {
        try {
            return Digest.of(certificate.getEncoded());
        } catch (CertificateEncodingException e) {
            throw new CertificateException("a parsed certificate always has an encoding", e);
        }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw new CertificateException("no server is trusted here");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        throw new CertificateException("no server is trusted here");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        throw new CertificateException("no server is trusted here");
    }

    /** None: an agent has one certificate and need not be told which to send. */
    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}
