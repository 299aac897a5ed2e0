package io.kubemdm.protocol.trust;

import java.security.GeneralSecurityException;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertPathValidator;
import java.security.cert.CertStore;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateParsingException;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A set of certificates sorted by what they may do: self-signed roots anchor, everything else must chain to one of them.
 * Made from EST's {@code cacerts} on devices and from mounted files in services.
 */
public final class TrustBundle {

    private final List<X509Certificate> all;
    private final Set<TrustAnchor> anchors;

    /**
     * A bundle of these certificates.
     *
     * @throws IllegalArgumentException when no self-signed certificate is among them
     */
    public TrustBundle(Collection<X509Certificate> certificates) {
        this.all = List.copyOf(certificates);
        this.anchors = all.stream()
                .filter(c -> c.getSubjectX500Principal().equals(c.getIssuerX500Principal()))
                .map(c -> new TrustAnchor(c, null))
                .collect(Collectors.toUnmodifiableSet());
        if (anchors.isEmpty()) {
            throw new IllegalArgumentException("no self-signed root among the " + all.size() + " trusted certificates");
        }
    }

    /** Every certificate, as given. */
    public List<X509Certificate> certificates() {
        return all;
    }

    /** The roots. */
    public List<X509Certificate> roots() {
        return anchors.stream().map(TrustAnchor::getTrustedCert).toList();
    }

    /** A verifier for what keys of this use sign: certificates of exactly this use, valid at {@code now}, issued by a root. */
    public Verifier verifier(KeyUse use, Instant now) {
        List<ECPublicKey> keys = new ArrayList<>();
        for (X509Certificate certificate : all) {
            if (hasOnly(certificate, use)
                    && certificate.getBasicConstraints() < 0
                    && certificate.getPublicKey() instanceof ECPublicKey key
                    && chains(certificate, now)) {
                keys.add(key);
            }
        }
        return new Verifier(keys);
    }

    /**
     * Why a certificate does not chain to a root at a moment, null when it does. Every CA certificate of the bundle and of
     * {@code others} may be on the way.
     */
    @Nullable String flawOfChain(X509Certificate certificate, Collection<X509Certificate> others, Instant at) {
        try {
            X509CertSelector target = new X509CertSelector();
            target.setCertificate(certificate);
            PKIXBuilderParameters parameters = new PKIXBuilderParameters(anchors, target);
            parameters.setRevocationEnabled(false);
            parameters.setDate(Date.from(at));
            List<X509Certificate> known = new ArrayList<>(others);
            known.addAll(all);
            parameters.addCertStore(CertStore.getInstance("Collection", new CollectionCertStoreParameters(known)));
            CertPathBuilder.getInstance("PKIX").build(parameters);
            return null;
        } catch (GeneralSecurityException e) {
            return String.valueOf(e.getMessage());
        }
    }

    static boolean hasOnly(X509Certificate certificate, KeyUse use) {
        try {
            List<String> uses = certificate.getExtendedKeyUsage();
            return uses != null && uses.equals(List.of(use.oid()));
        } catch (CertificateParsingException e) {
            return false;
        }
    }

    private boolean chains(X509Certificate certificate, Instant now) {
        try {
            PKIXParameters parameters = new PKIXParameters(anchors);
            parameters.setRevocationEnabled(false);
            parameters.setDate(Date.from(now));
            CertPathValidator.getInstance("PKIX")
                    .validate(
                            CertificateFactory.getInstance("X.509").generateCertPath(List.of(certificate)), parameters);
            return true;
        } catch (GeneralSecurityException e) {
            return false;
        }
    }
}
