package io.kubemdm.agent.identity;

import io.kubemdm.agent.identity.EnrollFailed.Kind;
import io.kubemdm.protocol.device.DeviceName;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLException;
import javax.net.ssl.X509TrustManager;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.est.ESTAuth;
import org.bouncycastle.est.ESTException;
import org.bouncycastle.est.ESTResponse;
import org.bouncycastle.est.ESTService;
import org.bouncycastle.est.EnrollmentResponse;
import org.bouncycastle.est.jcajce.JsseDefaultHostnameAuthorizer;
import org.bouncycastle.est.jcajce.JsseESTServiceBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;
import org.bouncycastle.util.Store;
import org.jspecify.annotations.Nullable;

/** EST (RFC 7030) with Bouncy Castle's client, its errors turned into {@link EnrollFailed}. Blocking. */
final class EstClient {

    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final long MAX_ANSWER_BYTES = 256 << 10;
    private static final int MAX_BODY_CHARACTERS = 400;

    private final URI server;
    private final ESTService service;

    /** A client that trusts by {@code trust} and, when given, shows the certificate of {@code keys}. */
    EstClient(URI server, X509TrustManager trust, boolean checkName, @Nullable KeyManager keys) {
        this.server = server;
        String authority = server.getHost() + ":" + (server.getPort() < 0 ? 443 : server.getPort());
        JsseESTServiceBuilder builder = new JsseESTServiceBuilder(authority, trust)
                .withTLSVersion("TLS")
                .withTimeout((int) TIMEOUT.toMillis())
                .withReadLimit(MAX_ANSWER_BYTES);
        if (checkName) {
            builder.withHostNameAuthorizer(new JsseDefaultHostnameAuthorizer(Set.of()));
        } else {
            builder.withHostNameAuthorizer((name, session) -> true);
        }
        if (keys != null) {
            builder.withKeyManager(keys);
        }
        this.service = builder.build();
    }

    /** What an enrolment came to. */
    sealed interface Answer {
        record Issued(List<X509Certificate> certificates) implements Answer {}

        /** A person has to agree first. */
        record Pending(Duration askAfter) implements Answer {}

        /** The server cannot at the moment; {@code because} is for people. */
        record Busy(Duration askAfter, String because) implements Answer {}
    }

    /** The certificates the server hands to everybody. */
    List<X509Certificate> caCertificates() {
        try {
            return certificates(service.getCACerts().getCertificateStore());
        } catch (IOException e) {
            throw failure("cacerts", e);
        }
    }

    /**
     * Asks for a certificate for {@code key}.
     *
     * @param headers besides those EST demands
     */
    Answer enroll(DeviceKey key, boolean again, Map<String, String> headers) {
        String operation = again ? "simplereenroll" : "simpleenroll";
        AtomicReference<@Nullable Duration> askAfter = new AtomicReference<>();
        ESTAuth asked = builder -> {
            headers.forEach(builder::setHeader);
            // The exception for a refusal has no headers.
            builder.withHijacker((request, source) -> {
                ESTResponse response = new ESTResponse(request, source);
                askAfter.set(RetryAfter.of(response.getHeader("Retry-After"), Instant.now()));
                return response;
            });
        };
        try {
            EnrollmentResponse response = service.simpleEnroll(again, request(key), asked);
            return response.isCompleted()
                    ? new Answer.Issued(certificates(response.getStore()))
                    : new Answer.Pending(Objects.requireNonNull(askAfter.get()));
        } catch (IOException e) {
            EnrollFailed failure = failure(operation, e);
            Duration answered = askAfter.get();
            if (answered != null && failure.kind() == Kind.Unavailable) {
                return new Answer.Busy(answered, String.valueOf(failure.getMessage()));
            }
            throw answered != null && failure.kind() == Kind.Unreachable ? notEst(operation, e) : failure;
        } catch (IllegalStateException | IllegalArgumentException e) {
            throw notEst(operation, e);
        }
    }

    private EnrollFailed notEst(String operation, Exception e) {
        return new EnrollFailed(
                Kind.Broken, server + " answered " + operation + " with what is not EST: " + e.getMessage(), e);
    }

    private static PKCS10CertificationRequest request(DeviceKey key) {
        try {
            return new JcaPKCS10CertificationRequestBuilder(
                            new X500Principal("CN=" + DeviceName.of(key.publicKey())), key.publicKey())
                    .build(new JcaContentSignerBuilder("SHA256withECDSA").build(key.handle()));
        } catch (OperatorCreationException e) {
            throw new IllegalStateException("the device key cannot sign a certificate request", e);
        }
    }

    private List<X509Certificate> certificates(Store<X509CertificateHolder> store) {
        JcaX509CertificateConverter converter = new JcaX509CertificateConverter();
        List<X509Certificate> certificates = new ArrayList<>();
        try {
            for (X509CertificateHolder holder : store.getMatches(null)) {
                certificates.add(converter.getCertificate(holder));
            }
        } catch (GeneralSecurityException e) {
            throw new EnrollFailed(Kind.Broken, server + " sent a certificate that cannot be read", e);
        }
        if (certificates.isEmpty()) {
            throw new EnrollFailed(Kind.Broken, server + " sent no certificate");
        }
        return certificates;
    }

    private EnrollFailed failure(String operation, IOException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof ESTException est && est.getStatusCode() >= 400) {
                return refusal(operation, est);
            }
            if (cause instanceof SSLException || cause instanceof GeneralSecurityException) {
                return new EnrollFailed(
                        Kind.Untrusted,
                        server + " is not trusted (" + cause.getMessage()
                                + "): check --ca or --ca-pin, and that the name in --server is in its certificate",
                        e);
            }
        }
        // Bouncy Castle says both, neither by a type of its own.
        if (String.valueOf(e.getMessage()).matches("(?s).*[Hh]ost ?name.*")) {
            return new EnrollFailed(
                    Kind.Untrusted, "the certificate of " + server + " is for another name: " + e.getMessage(), e);
        }
        return new EnrollFailed(
                Kind.Unreachable,
                server + " does not answer (" + root(e) + "): check the address, the port and the firewall",
                e);
    }

    private EnrollFailed refusal(String operation, ESTException e) {
        int status = e.getStatusCode();
        String body = body(e);
        String said = "HTTP " + status + (body.isEmpty() ? "" : ", " + body);
        if (status == 429 || status >= 500) {
            return new EnrollFailed(Kind.Unavailable, server + " cannot " + operation + " now (" + said + ")", e);
        }
        String remedy = status == 401
                ? ": check the token's name, namespace and secret, and that it is neither expired, used up nor suspended"
                : "";
        return new EnrollFailed(Kind.Refused, server + " refuses " + operation + " (" + said + ")" + remedy, e);
    }

    private static String body(ESTException e) {
        try (InputStream in = e.getBody()) {
            if (in == null) {
                return "";
            }
            String text = new String(in.readNBytes(MAX_BODY_CHARACTERS), StandardCharsets.UTF_8);
            return text.replaceAll("\\p{Cntrl}+", " ").strip();
        } catch (IOException unreadable) {
            return "";
        }
    }

    private static String root(Throwable e) {
        Throwable cause = e;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }
}
