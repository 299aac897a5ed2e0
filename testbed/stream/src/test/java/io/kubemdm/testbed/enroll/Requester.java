package io.kubemdm.testbed.enroll;

import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.device.DeviceName;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.CMSSignedData;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;
import org.jspecify.annotations.Nullable;

/** An EST client that sends whatever it is told to, and takes the answer as it comes. */
final class Requester {

    /** An identity to show in the handshake. */
    record Identity(KeyPair keys, X509Certificate certificate) {}

    record Answer(int status, Map<String, String> headers, String body) {
        /** The one certificate of a certs-only answer. */
        X509Certificate certificate() {
            try {
                CMSSignedData data = new CMSSignedData(Base64.getMimeDecoder().decode(body));
                X509CertificateHolder holder =
                        data.getCertificates().getMatches(null).iterator().next();
                return new JcaX509CertificateConverter().getCertificate(holder);
            } catch (CMSException | GeneralSecurityException e) {
                throw new AssertionError("not a certificate: " + body, e);
            }
        }
    }

    private final HttpClient http;
    private final String base;

    Requester(EnrolRegion region, int port, @Nullable Identity identity) {
        this.base = "https://localhost:" + port + "/.well-known/est/";
        this.http = HttpClient.newBuilder()
                .sslContext(context(region, identity))
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(Duration.ofSeconds(10))
                .build();
    }

    /** Enrols with a token of the tenant and its right secret. */
    Answer enrol(String token, byte[] csr) {
        return enrol(EnrolRegion.TENANT + "/" + token + ":" + EnrolRegion.SECRET, csr, Map.of());
    }

    Answer enrol(@Nullable String credentials, byte[] csr, Map<String, String> headers) {
        HttpRequest.Builder request = post("simpleenroll", csr);
        if (credentials != null) {
            request.header(
                    "Authorization",
                    "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8)));
        }
        headers.forEach(request::header);
        return send(request.build());
    }

    Answer renew(byte[] csr) {
        return send(post("simplereenroll", csr).build());
    }

    /** The bytes of whatever is at a path of the service, which must answer 200 with this content type. */
    byte[] get(String path, String contentType) {
        try {
            HttpResponse<byte[]> answer = http.send(
                    HttpRequest.newBuilder(URI.create(base).resolve(path))
                            .timeout(Duration.ofSeconds(30))
                            .build(),
                    HttpResponse.BodyHandlers.ofByteArray());
            String type = answer.headers().firstValue("Content-Type").orElse("none");
            if (answer.statusCode() != 200 || !type.equals(contentType)) {
                throw new AssertionError(path + " answers " + answer.statusCode() + " with " + type);
            }
            return answer.body();
        } catch (IOException e) {
            throw new AssertionError(path, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(path, e);
        }
    }

    private HttpRequest.Builder post(String operation, byte[] body) {
        return HttpRequest.newBuilder(URI.create(base + operation))
                .header("Content-Type", "application/pkcs10")
                .timeout(Duration.ofSeconds(30))
                .POST(HttpRequest.BodyPublishers.ofByteArray(body));
    }

    private Answer send(HttpRequest request) {
        try {
            HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
            Map<String, String> headers = new java.util.TreeMap<>(String.CASE_INSENSITIVE_ORDER);
            answer.headers().map().forEach((name, values) -> headers.put(name, values.getFirst()));
            return new Answer(answer.statusCode(), headers, answer.body());
        } catch (IOException e) {
            return new Answer(0, Map.of(), String.valueOf(e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Answer(0, Map.of(), "interrupted");
        }
    }

    static KeyPair newKeys(String curve) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec(curve));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The device that a key belongs to. */
    static DeviceId device(KeyPair keys) {
        return new DeviceId(EnrolRegion.TENANT, DeviceName.of(keys.getPublic()));
    }

    static byte[] request(KeyPair keys) {
        return request(keys, "");
    }

    static byte[] request(KeyPair keys, String subject) {
        String algorithm = keys.getPublic().getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA";
        try {
            return Base64.getEncoder()
                    .encode(new JcaPKCS10CertificationRequestBuilder(new X500Name(subject), keys.getPublic())
                            .build(new JcaContentSignerBuilder(algorithm).build(keys.getPrivate()))
                            .getEncoded());
        } catch (IOException | OperatorCreationException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A device's certificate comes with its issuer, one directly below the root alone. */
    private static X509Certificate[] chain(X509Certificate own, X509Certificate issuing) {
        return own.getIssuerX500Principal().equals(issuing.getSubjectX500Principal())
                ? new X509Certificate[] {own, issuing}
                : new X509Certificate[] {own};
    }

    /** Trusts what is under the region's root. */
    static X509TrustManager trust(EnrolRegion region) throws GeneralSecurityException, IOException {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("root", region.pki().root().certificate());
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(trusted);
        return (X509TrustManager) factory.getTrustManagers()[0];
    }

    static SSLContext context(EnrolRegion region, @Nullable Identity identity) {
        try {
            KeyManagerFactory keys = KeyManagerFactory.getInstance("NewSunX509");
            KeyStore own = KeyStore.getInstance("PKCS12");
            own.load(null, null);
            if (identity != null) {
                own.setKeyEntry(
                        "device",
                        identity.keys().getPrivate(),
                        new char[0],
                        chain(identity.certificate(), region.pki().issuing().certificate()));
            }
            keys.init(own, new char[0]);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), new TrustManager[] {trust(region)}, null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
